/**
 * @file A run on the command line: its lines, reproducibility with any number of workers, its adapter file, and the
 * command as npm runs it.
 */
import { execFile } from 'node:child_process';
import { dirname } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, test } from 'vitest';
import { weightsHash } from '../src/policy/checkpoint.ts';
import { UsageError } from '../src/lib/assert.ts';
import { loraTargets } from '../src/policy/loraConfig.ts';
import { readSafetensors, writeSafetensors } from '../src/policy/safetensors.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { commonMetrics } from '../src/rl/metrics/index.ts';
import { decodeAdapter, encodeAdapter } from './adapterFile.ts';
import { inFile, loadPolicyFile } from './environment.ts';
import { tinyPolicy } from './fixture.ts';
import { measure } from './measure.ts';
import { oodSets } from './ood.ts';
import { isTimeField, trainRun } from './trainRun.ts';
import type { RunRequest, StepLine } from './trainRequest.ts';
import { createStepTable, summaryText } from './trainTable.ts';

const policy = await tinyPolicy();
const request: RunRequest = {
  preset: 'default',
  policy,
  backend: 'node',
  workers: 1,
  evalProblems: 16,
  evalSamples: 4,
  config: {
    ...presetConfig('default'),
    policy: 'tiny',
    seed: 5,
    maxSteps: 3,
    evalEvery: 0,
    numGenerations: 8,
    promptsPerStep: 4,
    shardSize: 8,
    rank: 2,
    alpha: 4,
    warmupSteps: 0,
    difficulty: 2,
  },
};

async function run(changes: Partial<RunRequest> = {}, stop = () => false) {
  const lines: StepLine[] = [];
  const result = await trainRun({ ...request, ...changes }, { step: (line) => lines.push(line), stop });
  return { lines, ...result };
}

const timeless = (line: object) =>
  Object.fromEntries(Object.entries(line).filter(([name]) => !isTimeField(name) && name !== 'workers'));
const first = await run();

describe('a run', () => {
  test('writes a line per step with TRL’s names and numbers only, times last', () => {
    expect(first.lines.map(({ step }) => step)).toEqual([0, 1, 2]);
    expect(first.lines.some((line) => (line.grad_norm ?? 0) > 0)).toBe(true);
    for (const line of first.lines) {
      const names = Object.keys(line);
      expect(names).toEqual(
        expect.arrayContaining([...commonMetrics].filter((name) => name !== 'completions/mean_terminated_length')),
      );
      expect(Object.values(line).every((value) => Number.isFinite(value))).toBe(true);
      const times = names.filter(isTimeField);
      expect(names.slice(-times.length)).toEqual(times);
    }
  });

  test('has a summary: shares between 0 and 1 on the same problems, before and after', () => {
    const { summary } = first;
    expect(summary).toMatchObject({
      summary: true,
      preset: 'default',
      seed: 5,
      steps: 3,
      backend: 'node',
      problems: 16,
      samplesPerProblem: 4,
      policy: 'tiny',
      policyHash: policy.checkpoint.manifest.sha256,
      weightsHash: weightsHash(policy.checkpoint),
      interrupted: false,
    });
    for (const share of [summary.baseAccuracy, summary.finalAccuracy, summary.baseGreedy, summary.finalGreedy])
      expect(share >= 0 && share <= 1).toBe(true);
    expect(summary.seconds).toBeGreaterThan(0);
    expect(summaryText(summary)).toContain('held out: 16 problems, 4 completions each');
  });

  test('is the same again, bit for bit, also with two workers', async () => {
    const second = await run({ workers: 2 });
    expect(second.lines.map(timeless)).toEqual(first.lines.map(timeless));
    expect(timeless(second.summary)).toEqual(timeless(first.summary));
    const other = await run({ config: { ...request.config, seed: 6 } });
    expect(other.summary.adapterHash).not.toBe(first.summary.adapterHash);
  });

  test('can be stopped after a step, and still gives a summary', async () => {
    const { lines, summary } = await run({}, () => true);
    expect(lines).toHaveLength(1);
    expect(timeless(lines[0] as StepLine)).toEqual(timeless(first.lines[0] as StepLine));
    expect(summary).toMatchObject({ steps: 1, interrupted: true, baseAccuracy: first.summary.baseAccuracy });
  });

  test('is printed as a row of means every ten steps', () => {
    const printed: string[] = [];
    const table = createStepTable((line) => printed.push(line.trim()));
    const line = first.lines[0] as StepLine;
    for (let step = 0; step < 11; step++) table.add({ ...line, step, reward: step });
    table.end();
    expect(printed.map((row) => row.split(/ {2,}/).slice(0, 2))).toEqual([
      ['steps', 'reward'],
      ['10', '4.500'],
      ['11', '10.000'],
    ]);
  });
});

describe('the adapter of a run', () => {
  const { config, manifest } = policy.checkpoint;
  const lora = { rank: 2, alpha: 4, targets: [...loraTargets] };
  const file = () =>
    encodeAdapter(config, first.adapter, { policy: manifest.id, policyHash: manifest.sha256, lora, run: { steps: 3 } });

  test('reads back from its file and measures as in the run', async () => {
    const adapter = decodeAdapter(file(), config, manifest.sha256);
    expect(adapter.flat).toEqual(first.adapter);
    const measured = await measure({
      policy,
      adapter,
      task: 'sums',
      difficulty: 2,
      split: 'heldout',
      problems: 16,
      samples: 4,
      seed: 5,
      backend: 'node',
      workers: 1,
    });
    expect([measured.sampled, measured.greedy, measured.meanLength]).toEqual([
      first.summary.finalAccuracy,
      first.summary.finalGreedy,
      first.summary.finalMeanLength,
    ]);
    expect(Object.keys(measured.passAtK)).toEqual(['1', '2', '4']);
    expect(measured.passAtK[1]).toBeCloseTo(measured.sampled, 12);
  });

  test.each<[object, RegExp]>([
    [{ lora: { ...lora, rank: 1e9 } }, /adapter: lora\.rank: at most 1024/],
    [{ lora: { ...lora, rank: 1024 } }, /a float32 tensor layers\.0\.q\.a of the shape \[32, 1024\] is needed/],
    [{ lora: { ...lora, alpha: 1e308 } }, /adapter: lora\.alpha: at most 1000000/],
    [{ lora: { ...lora, targets: [] } }, /adapter: lora\.targets: at least one/],
  ])('that states %j is refused by the field, before room is made for it', (change, message) => {
    const { tensors, metadata } = readSafetensors(file());
    const lying = writeSafetensors({
      tensors,
      metadata: { adapter: JSON.stringify({ ...JSON.parse(metadata['adapter'] ?? ''), ...change }) },
    });
    expect(() => decodeAdapter(lying, config, manifest.sha256)).toThrow(message);
    expect(() => inFile('--adapter', 'a.safetensors', () => decodeAdapter(lying, config, manifest.sha256))).toThrow(
      UsageError,
    );
    expect(() => inFile('--adapter', 'a.safetensors', () => decodeAdapter(lying, config, manifest.sha256))).toThrow(
      /^--adapter a\.safetensors: adapter: /,
    );
  });

  test('with a non-finite weight is refused, naming the tensor', () => {
    const { tensors, metadata } = readSafetensors(file());
    tensors.get('layers.0.v.b')?.data.set([Infinity], 3);
    expect(() => decodeAdapter(writeSafetensors({ tensors, metadata }), config, manifest.sha256)).toThrow(
      'adapter: tensor "layers.0.v.b": value 3 is Infinity, not a finite number',
    );
  });

  test('is refused for another base, if cut short, or in another shape', () => {
    expect(() => decodeAdapter(file(), config, 'f00')).toThrow(/it was trained on the policy "tiny" with the SHA-256/);
    expect(() => decodeAdapter(file().subarray(0, -1), config, manifest.sha256)).toThrow(/truncated/);
    expect(() => decodeAdapter(policy.bytes, config, manifest.sha256)).toThrow(
      /adapter: the file has no adapter description/,
    );
    expect(() => decodeAdapter(file(), { ...config, layers: 2 }, manifest.sha256)).toThrow(
      /a float32 tensor layers\.1\.q\.a of the shape \[32, 2\] is needed/,
    );
  });
});

test('npm run train trains: a script called "pretrain" would be run first by npm, so there is none', async () => {
  const root = dirname(dirname(fileURLToPath(import.meta.url)));
  const { stdout } = await promisify(execFile)('npm', ['run', 'train', '--', '--help'], {
    cwd: root,
    shell: process.platform === 'win32',
  });
  expect(stdout).toContain('tsx cli/train.ts --help');
  expect(stdout).not.toContain('cli/pretrain.ts');
});

test('a run over several difficulties gives, before and after, their shares of prompts and accuracies', async () => {
  const { config } = request;
  const { lines, summary } = await run({ config: { ...config, difficulty: 4, promptSampler: 'easy_to_hard' } });
  expect(lines.map((line) => [2, 3, 4].map((level) => line[`difficulty/${level}/share`]))).toEqual([
    [1, 0, 0],
    [0, 1, 0],
    [0, 0, 1],
  ]);
  expect(summary.lastPrompts).toEqual({
    2: expect.closeTo(1 / 3, 9),
    3: expect.closeTo(1 / 3, 9),
    4: expect.closeTo(1 / 3, 9),
  });
  for (const levels of [summary.baseLevels, summary.finalLevels])
    expect(Object.keys(levels ?? {})).toEqual(['2', '3', '4']);
  expect(Object.keys(summary.finalPassAtK ?? {})).toEqual(['1', '2', '4']);
  expect(summaryText(summary)).toContain('difficulty 4: ');
  expect(first.summary).not.toHaveProperty('lastPrompts');
});

describe('out-of-distribution problems', () => {
  test('are measured before and after, as `evaluate` measures them', async () => {
    // A base that is sometimes right: one that never is would hide differences between measurements.
    const shipped = loadPolicyFile('default');
    const { summary, adapter } = await run({
      policy: shipped,
      ood: [
        { task: 'sums', difficulty: 3 },
        { task: 'chain', difficulty: 2 },
      ],
    });
    expect(summary.ood?.map(({ task, difficulty }) => `${task}:${difficulty}`)).toEqual(['sums:3', 'chain:2']);
    const lora = { rank: request.config.rank, alpha: request.config.alpha, targets: [...loraTargets] };
    const shared = {
      policy: shipped,
      task: 'sums',
      difficulty: 3,
      split: 'heldout',
      problems: 16,
      samples: 4,
      seed: 5,
      backend: 'node',
      workers: 1,
    } as const;
    const [base, tuned] = [await measure(shared), await measure({ ...shared, adapter: { flat: adapter, lora } })];
    expect(base.sampled).toBeGreaterThan(0);
    expect(summary.ood?.[0]).toMatchObject({
      base: { sampled: base.sampled, greedy: base.greedy },
      final: { sampled: tuned.sampled, interval: tuned.interval },
    });
    expect(summaryText(summary)).toContain('not trained on: chain at difficulty 2, sampled');
  });

  test('are read from a flag, with an error for every mistake', () => {
    expect(oodSets('sums:3, chain:2')).toEqual([
      { task: 'sums', difficulty: 3 },
      { task: 'chain', difficulty: 2 },
    ]);
    expect(() => oodSets('sums')).toThrow('--ood: sums is not of the form TASK:DIFFICULTY');
    expect(() => oodSets('sums:3,sum:3')).toThrow('--ood: there is no task sum; there are sums, ');
    expect(() => oodSets('sums:99')).toThrow(/--ood: sums takes \d+ to \d+, not 99/);
    expect(() => oodSets('exact-seq:3')).toThrow('--ood: exact-seq has one problem and none that is held out');
  });
});
