import { describe, expect, test } from 'vitest';
import { createRuntime, type HostTensor, type Runtime } from '../../engine/runtime/index.ts';
import { PieceCache } from '../../policy/layers/cache.ts';
import { parameterSet } from '../../policy/parameterSet.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import { taskById } from '../../tasks/index.ts';
import { tinyCheckpoint } from '../../../testing/tinyRun.ts';
import { loraSlots } from '../../../testing/slots.ts';
import { defaultConfig } from '../config/config.ts';
import { fittingRows, fittingShardSize, halves, type Limit, type Planned } from './fit.ts';
import { adapterSize, gradientFlops, stepWork } from './flops.ts';
import { forecast } from './forecast.ts';
import { productRate, unpackRate } from './probe.ts';
import { runShapeOf } from './runShape.ts';

/** The shape of HuggingFaceTB/SmolLM2-135M. */
const config = {
  vocabSize: 49152,
  dim: 576,
  layers: 30,
  heads: 9,
  kvHeads: 3,
  hiddenDim: 1536,
  maxSequence: 2048,
  ropeTheta: 1e5,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: true,
};
const LINEAR = 30 * (2 * 576 * 576 + 2 * 576 * 192 + 3 * 576 * 1536);
/** Bytes in blocks of 8 bits, with a scale for every 32 numbers. */
const EMBEDDING = 49152 * 576 * (8 / 8 + 4 / 32);

const run = {
  promptsPerStep: 8,
  rows: 64,
  rowsAtOnce: 32,
  numIterations: 1,
  promptLength: 65,
  completionLength: 128,
  rank: 8,
};
const planned: Planned = { config, bits: 4, run, backend: 'wasm' };
const limited = (bytes: number, tensor = Infinity): Limit => ({ bytes, tensor, of: 'this tab' });
const rates = { product: 50e9, unpack: { 4: 1e9, 8: 5e8 } };
const of = (changed: Partial<Planned>, limit = limited(Infinity)) => forecast({ ...planned, ...changed }, limit, rates);

describe('memory', () => {
  test('the cache has keys and values of every layer for the rows that are sampled together', () => {
    const { cache } = of({}).bytes;
    const half = of({ run: { ...run, rowsAtOnce: 16 } }).bytes.cache;
    let uploaded = 0;
    const upload = ({ data }: HostTensor) => void (uploaded += data.byteLength);
    const sampler = new PieceCache({ upload } as unknown as Runtime, config, 32);
    sampler.begin([], run.promptLength - 1);
    sampler.take(run.completionLength);
    // 192 places in pieces of 32, and 6 copies of the logits; the rest are prompts.
    expect(uploaded).toBe(32 * 4 * 2 * 30 * 192 * 192);
    const ofRow = uploaded / 32 + 4 * 6 * 49152;
    expect(cache / 32).toBeGreaterThan(ofRow);
    expect(cache / 32).toBeLessThan(1.3 * ofRow);
    expect(cache).toBeCloseTo(2 * half, -3);
  });

  test('weights keep their bits, and the embedding 8 where others have less than 32', () => {
    const norms = 4 * 576 * 61;
    expect(of({ bits: 4 }).bytes.file).toBe(EMBEDDING + norms + LINEAR * (4 / 8 + 4 / 32));
    expect(of({ bits: 8 }).bytes.file).toBe(EMBEDDING + norms + LINEAR * (8 / 8 + 4 / 32));
    expect(of({ bits: 32 }).bytes.file).toBe(4 * (49152 * 576 + LINEAR) + norms);
  });

  test('an adapter has the size of the trainer’s', () => {
    const small = { ...config, layers: 2, vocabSize: 40 };
    const set = { kind: 'lora', lora: { rank: 3, alpha: 3, targets: [...loraTargets] } } as const;
    expect(adapterSize(small, 3)).toBe(parameterSet(small, new Map(), set).size);
  });
});

describe('the work of a step', () => {
  test('is counted by products: 2 operations for each weight and position', () => {
    const work = stepWork(config, { ...run, rank: 1 }, 'wasm', 32);
    const positions = Math.ceil((8 * 64 + 64 * 128) / 256) * 256;
    const adapter = adapterSize(config, 1);
    expect(work.score).toBe(positions * 2 * (LINEAR + adapter));
    expect(work.gradient).toBe(gradientFlops(config, positions, 1).done);
    expect(work.decode).toBe((8 * 64 + 64 * 128) * 2 * (LINEAR + adapter) + 64 * 128 * 2 * 576 * 49152);
    // Two shards of 129 passes, and three of each micro-batch.
    expect(work.unpacked).toBe((2 * 129 + 3 * (positions / 256)) * (LINEAR + 576 * 49152));
  });

  test('takes longer at lower rates, and with weights to unpack', () => {
    const fast = of({}).seconds;
    const slow = forecast(planned, limited(Infinity), { product: 25e9, unpack: { 4: 5e8, 8: 25e7 } }).seconds;
    expect(slow).toBeCloseTo(2 * fast, 6);
    expect(of({ bits: 32 }).seconds).toBeLessThan(fast);
  });
});

describe('memory that is too small', () => {
  test('halves the rows that are sampled together, as the learner does', () => {
    expect(halves(64, 2)).toEqual([64, 32, 16, 8, 4, 2]);
    expect(halves(6, 2)).toEqual([6, 4, 2]);
    const needed = of({ run: { ...run, rowsAtOnce: 8 } }).peak;
    expect(fittingRows(planned, limited(Infinity))).toBe(32);
    expect(fittingRows(planned, limited(needed))).toBe(8);
    expect(of({}, limited(needed))).toMatchObject({ rows: 8, usualRows: 32, refusal: null, peak: needed });
    const spec = {
      checkpoint: tinyCheckpoint(),
      slots: loraSlots({ rank: 1, alpha: 1, targets: ['q'] }, 'grpo'),
      shardSize: 8,
      promptLength: 7,
      completionLength: 7,
    };
    expect(fittingShardSize(spec, 'node', 64, limited(Infinity))).toBe(8);
    expect(fittingShardSize(spec, 'node', 64, limited(1))).toBe(2);
  });

  test('a GPU samples a whole step, if its tensors are not too large', () => {
    expect(of({ backend: 'webgpu' })).toMatchObject({ rows: 64, usualRows: 64 });
    expect(of({ backend: 'webgpu' }, limited(Infinity, EMBEDDING)).refusal).toBeNull();
    expect(of({ backend: 'webgpu' }, limited(Infinity, EMBEDDING - 1)).refusal).toMatch(
      /^With 4 bits one tensor of this model takes 0\.0319\u00a0GB of memory, and the graphics adapter takes 0\.0319\u00a0GB at most\.$/,
    );
  });

  test('is refused in a sentence with need and limit, and with fewer bits or shorter completions that fit', () => {
    const least = (bits: 4 | 8, completionLength: number) =>
      of({ bits, run: { ...run, rowsAtOnce: 2, completionLength } }).peak;
    expect(of({ bits: 8 }, limited(least(8, 128) - 1)).refusal).toMatch(
      /^With 8 bits this model needs about 0\.\d{3}\u00a0GB of memory, and this tab has 0\.\d{3}\u00a0GB\. With 4 bits it fits\.$/,
    );
    expect(of({}, limited(least(4, 32))).refusal).toMatch(/\. Completions of at most 32 tokens fit\.$/);
    const huge = { ...config, dim: 8192, layers: 80, heads: 64, kvHeads: 8, hiddenDim: 28672 };
    expect(of({ config: huge }, limited(2e9)).refusal).toMatch(/needs about \d+\u00a0GB .* has 2\.00\u00a0GB\.$/);
  });
});

test('the shape of a run follows its settings; without a tokenizer a token is one character', () => {
  const task = taskById('sums');
  const { prompt, completion } = task.lengths(3);
  expect(runShapeOf({ ...defaultConfig, difficulty: 3, numGenerations: 4, promptsPerStep: 2 }, task)).toMatchObject({
    rows: 8,
    promptLength: prompt + 30,
    completionLength: completion + 1,
  });
});

test('the rate of a product is its operations over the time of a round', async () => {
  const runtime = await createRuntime('node');
  let at = 0;
  const rate = await productRate(runtime, [4, 5, 6], { now: () => (at += 5) });
  expect(rate).toBeCloseTo((2 * 4 * 5 * 6) / 0.005, 6);
  expect(runtime.statistics).toMatchObject({ liveTensors: 0, livePrograms: 0 });
  await runtime.dispose();
});

test('unpacking is measured in weights a second', () => {
  expect(unpackRate(4)).toBeGreaterThan(1e6);
  expect(unpackRate(8)).toBeGreaterThan(1e6);
});
