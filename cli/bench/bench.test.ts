/** @file The bench's arithmetic, table and JSON, for steps with given times. */
import { describe, expect, test } from 'vitest';
import { presetConfig } from '../../src/rl/config/presets.ts';
import type { StepReport } from '../../src/rl/run/trainer.ts';
import type { CompletionReport } from '../../src/rl/step/report.ts';
import { type BenchReport, type GpuCounts, type MeasuredRow, measuredRow, spread, type StepsMeasured } from './row.ts';
import { benchTable } from './table.ts';

const completion = (tokens: number): CompletionReport => ({
  text: '',
  tokens: Array<string>(tokens).fill('1'),
  tokenIds: [],
  reward: 0,
  shapedReward: 0,
  terms: {},
  advantage: 0,
  correct: false,
  method: null,
  terminated: true,
  tokenAdvantages: [],
  logProbs: [],
  policyLogProbs: [],
  refLogProbs: [],
  entropy: [],
  kl: [],
});

interface Given {
  readonly lengths: readonly number[];
  /** Prompt and completion tokens of all steps up to and including this one. */
  readonly tokensSoFar: number;
  /** Seconds. */
  readonly rollout: number;
  readonly score: number;
  readonly update: number;
  readonly difference: readonly [mean: number, max: number];
}

const report = (g: Given): Pick<StepReport, 'metrics' | 'groups'> => ({
  groups: g.lengths.map((tokens) => ({ prompt: '', answer: '', completions: [completion(tokens)] })),
  metrics: {
    num_tokens: g.tokensSoFar,
    step_time: g.rollout + g.score + g.update,
    'time/rollout': g.rollout,
    'time/score': g.score,
    'time/update': g.update,
    'sampling/sampling_logp_difference/mean': g.difference[0],
    'sampling/sampling_logp_difference/max': g.difference[1],
  },
});

/** A slow first step, and three that count. */
const measured: StepsMeasured = {
  info: { backendDescription: 'a device', workers: 2, config: presetConfig('default') },
  openSeconds: 1.25,
  warmup: 1,
  reports: [
    report({ lengths: [50, 50], tokensSoFar: 300, rollout: 9, score: 9, update: 9, difference: [1, 1] }),
    report({ lengths: [10, 20], tokensSoFar: 350, rollout: 0.5, score: 0.125, update: 0.25, difference: [4e-7, 1e-6] }),
    report({ lengths: [30, 30], tokensSoFar: 450, rollout: 0.25, score: 0.125, update: 0.5, difference: [1e-7, 3e-6] }),
    report({ lengths: [5, 5], tokensSoFar: 480, rollout: 0.5, score: 0.25, update: 0.25, difference: [1e-7, 2e-6] }),
  ],
  before: { bytesUploaded: 1000, bytesRead: 500, readBacks: 7 },
  after: { bytesUploaded: 13_000, bytesRead: 500, readBacks: 16 },
};

const counts: GpuCounts = {
  layers: 4,
  dispatchesPerDecodeStep: 58,
  dispatchesPerDecodeStepAndLayer: 14.5,
  kernels: { decode: { Softmax: 1, MatMul: 57 }, gradient: { Gemm: 400 } },
  prefillDispatches: 61,
  mergeDispatches: 33,
  mergeMilliseconds: 2.345,
  scoreMilliseconds: 12.5,
  scoreDispatches: 70,
  gradientDispatches: 400,
  optimizerDispatches: 9,
  dispatchesPerUpdate: 479,
  readBacksPerRollout: 1,
  readBacksWhileDecoding: 0,
  submitsPerRollout: 16,
  submitsPerUpdate: 5,
  capturedGraphs: 6,
  recorded: { rollout: 31.5, update: 62.5, decodeEnqueued: 1.25, gradientEnqueued: 7.5 },
  plain: { rollout: 91.5, update: 182.5, decodeEnqueued: 4.5, gradientEnqueued: 80 },
};

const node = measuredRow('node', measured);
const gpu = measuredRow(
  'webgpu',
  { ...measured, info: { ...measured.info, workers: 1 } },
  { softwareAdapter: true, counts },
);
const whole: BenchReport = {
  date: '2026-01-02T03:04:05.000Z',
  version: '0.1.0+1a2b3c4',
  machine: { cores: 2, cpu: 'Some CPU', node: '20.19.0', browser: null },
  preset: 'default',
  policy: 'default',
  rows: [node, gpu, { backend: 'wasm', workers: 1, unavailable: 'no browser was found' }],
};

/** Cells of the lines that begin with a name, split at two or more spaces. */
const cells = (table: string, name: string): string[][] =>
  table
    .split('\n')
    .filter((line) => line.startsWith(`${name} `))
    .map((line) => line.trim().split(/ {2,}/));

test('a spread is the median and both ends', () => {
  expect(spread([5, 1, 9, 2])).toEqual({ median: 3.5, min: 1, max: 9 });
  expect(spread([4])).toEqual({ median: 4, min: 4, max: 4 });
});

describe('measuredRow', () => {
  test('leaves the warm-up out', () => {
    expect(node).toMatchObject({ backend: 'node', workers: 2, device: 'a device', steps: 3, warmup: 1, rows: 64 });
    expect(node.milliseconds.step).toEqual({ median: 875, min: 875, max: 1000 });
    expect(node.milliseconds.rollout).toEqual({ median: 500, min: 250, max: 500 });
    expect(node.milliseconds.score).toEqual({ median: 125, min: 125, max: 250 });
    expect(node.milliseconds.update).toEqual({ median: 250, min: 250, max: 500 });
  });

  test('counts completion tokens per second of rollout, and a step’s tokens per second of update', () => {
    // 30, 60 and 10 tokens in 0.5, 0.25 and 0.5 s.
    expect(node.decodeTokensPerSecond).toEqual({ median: 60, min: 20, max: 240 });
    // 50, 100 and 30 tokens in 0.25, 0.5 and 0.25 s.
    expect(node.trainTokensPerSecond).toEqual({ median: 200, min: 120, max: 200 });
  });

  test('without a warm-up, gives the first step all tokens so far', () => {
    expect(measuredRow('node', { ...measured, warmup: 0 }).trainTokensPerSecond.min).toBeCloseTo(300 / 9);
  });

  test('weighs the sampler’s difference by tokens and keeps the largest', () => {
    expect(node.samplerTrainerDifference.mean).toBeCloseTo((30 * 4e-7 + 60 * 1e-7 + 10 * 1e-7) / 100, 12);
    expect(node.samplerTrainerDifference.max).toBe(3e-6);
  });

  test('divides counters by the measured steps; only the GPU has read-backs', () => {
    expect(node).toMatchObject({ bytesUploadedPerStep: 4000, bytesReadPerStep: 0, softwareAdapter: false });
    expect(node).not.toHaveProperty('readBacksPerStep');
    expect(node).not.toHaveProperty('gpu');
    expect(gpu).toMatchObject({ readBacksPerStep: 3, gpu: counts, softwareAdapter: true });
  });

  test('refuses a step without its times', () => {
    const reports = [{ groups: [], metrics: { num_tokens: 1 } }];
    expect(() => measuredRow('node', { ...measured, warmup: 0, reports })).toThrow(/step 0 has no/);
  });
});

describe('benchTable', () => {
  const table = benchTable(whole);

  test('has a row of times and a row of counts for each backend', () => {
    expect(cells(table, 'node, 2 workers')).toEqual([
      ['node, 2 workers', '60', '200', '875 (875-1000)', '500 (250-500)', '125 (125-250)', '250 (250-500)', '64', '3'],
      ['node, 2 workers', '-', '-', '-', '-', '-', '-', '-', '-', '-', '4', '0', '3.0e-6'],
    ]);
    expect(cells(table, 'webgpu')[1]).toEqual([
      'webgpu',
      '58',
      '14.5',
      '61',
      '33',
      '2.35',
      '479',
      '5',
      '6',
      '1',
      '4',
      '0',
      '3.0e-6',
    ]);
  });

  test('says which part includes the time of a score that the trainer only enqueues', () => {
    expect(table.match(/its 12\.5 ms on the device stand in the update/g)).toHaveLength(1);
  });

  test('lists the kernels of a decoding step, the most frequent first', () => {
    expect(table).toContain('Dispatches of a decoding step: 57 MatMul, 1 Softmax.');
    expect(table).toContain('Of a gradient: 400 Gemm.');
  });

  test('gives the times of a step with recorded graphs and without', () => {
    expect(table).toContain('graphs recorded: rollout 31.5 ms, update 62.5 ms; enqueued a decoding step in 1.25 ms');
    expect(table).toContain('Not recorded: rollout 91.5 ms, update 183 ms');
    expect(table.match(/recorded:/g)).toHaveLength(2);
  });

  test('has lines of equal length, so that columns align with their units', () => {
    const lines = table.split('\n');
    const start = lines.findIndex((line) => line.startsWith('Time:'));
    expect(new Set([1, 2, 3, 4].map((i) => lines[start + i]?.length)).size).toBe(1);
  });

  test('gives the reason for a missing backend, and a caution for a software adapter’s times', () => {
    expect(cells(table, 'wasm, 1 worker')).toEqual([
      ['wasm, 1 worker', 'not measured'],
      ['wasm, 1 worker', 'not measured'],
    ]);
    expect(table).toContain('wasm, 1 worker: not measured: no browser was found');
    expect(table.match(/say nothing about a GPU/g)).toHaveLength(1);
    expect(table).toContain('no browser');
    expect(table).toContain('node, 2 workers: a device; ready in 1.25 s\n');
  });
});

test('the report survives JSON with every number in it', () => {
  const back = JSON.parse(JSON.stringify(whole)) as BenchReport;
  expect(back).toEqual(whole);
  const numbers = (value: unknown): number[] =>
    typeof value === 'number'
      ? [value]
      : value !== null && typeof value === 'object'
        ? Object.values(value).flatMap(numbers)
        : [];
  // JSON has no NaN or infinity: they would be read back as null.
  const plain = (row: MeasuredRow) => numbers(row).every(Number.isFinite);
  expect([node, gpu].every(plain)).toBe(true);
});
