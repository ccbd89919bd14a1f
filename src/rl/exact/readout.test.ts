/**
 * @file The exact read-out of the shipped base and of an adapted policy: masses sum to 1, the gap closed is 0 at the
 * start, and sampling agrees.
 */
import { readFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { random } from '../../lib/random.ts';
import { decodeCheckpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { exactSeq } from '../../tasks/exactSeq.ts';
import { sums } from '../../tasks/sums.ts';
import { LocalLane } from '../learner/lane.ts';
import type { Learner } from '../learner/learner.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import { sampleTrajectories } from '../sampling/rollouts.ts';
import { type ExactReport, readExact } from './readout.ts';
import { loraSlots, movedPolicy } from '../../../testing/slots.ts';

const options = { difficulty: 3, rewardWeights: {}, beta: 0.08, rowLength: 5 };
let learner: Learner;
let tokenizer: Tokenizer;

beforeAll(async () => {
  const checkpoint = new Uint8Array(readFileSync('public/policies/exact-seq.safetensors'));
  tokenizer = tokenizerFrom(decodeCheckpoint(checkpoint).tokenizer);
  const spec = {
    checkpoint,
    slots: loraSlots({ rank: 4, alpha: 4, targets: [...loraTargets] }, 'rloo'),
    shardSize: 100,
    promptLength: 1,
    completionLength: 4,
  };
  learner = await ShardedLearner.create(
    [new LocalLane(await createRuntime('node'))],
    spec,
    1,
    new Promise<never>(() => {}),
  );
  const state = await learner.state();
  const stream = random('an adapter');
  await learner.restore(movedPolicy(state, (x) => x + 0.25 * stream.normal()));
});
afterAll(() => learner.dispose());

const read = async (slot: 'base' | 'policy', changes: Partial<typeof options> = {}): Promise<ExactReport> => {
  const report = await readExact(learner, tokenizer, exactSeq, { ...options, ...changes, slot });
  if (!report) throw new Error('no report');
  return report;
};

test('the masses of all outcomes add up to 1, for base, policy and optimum', async () => {
  const { top, others, malformed, outcomes } = await read('policy');
  expect(outcomes).toBe(512);
  for (const kind of ['reference', 'policy', 'optimum'] as const) {
    expect(top.reduce((sum, outcome) => sum + outcome[kind], 0) + others[kind] + malformed[kind]).toBeCloseTo(1, 5);
    expect(malformed[kind]).toBeGreaterThan(0);
  }
  expect(top.map(({ optimum }) => optimum)).toEqual(top.map(({ optimum }) => optimum).toSorted((a, b) => b - a));
});

test('the base has closed no gap, its total variation to the optimum is at least 0.5, and a switched-off adapter does not change it', async () => {
  const base = await read('base');
  expect(base).toMatchObject({ kl: 0, gapClosed: 0 });
  expect(base.refTotalVariation).toBeGreaterThanOrEqual(0.5);
  expect(base.totalVariation).toBe(base.refTotalVariation);
  const adapted = await read('policy');
  expect(adapted.kl).toBeGreaterThan(0.01);
  expect(adapted.refTotalVariation).toBe(base.refTotalVariation);
  expect(adapted.optimalObjective - adapted.objective).toBeCloseTo(0.08 * adapted.klToOptimum, 5);
});

test('the reward weights are those of the run, and at beta 0 only the best sequence remains', async () => {
  const single = await read('base');
  const double = await read('base', { rewardWeights: { table: 2 } as Record<string, number>, beta: 0.16 });
  expect(double.expectedReward).toBeCloseTo(2 * single.expectedReward, 9);
  // Twice the reward at twice beta has the same optimum.
  expect(double.top.map(({ completion }) => completion)).toEqual(single.top.map(({ completion }) => completion));
  const unpenalised = await read('base', { beta: 0 });
  expect(unpenalised.top[0]).toMatchObject({
    completion: exactSeq.example(random('any'), 'train', 3).answer,
    optimum: 1,
  });
  expect(unpenalised.klToOptimum).toBe(Infinity);
});

test('sampled frequencies agree with the computed probabilities', async () => {
  const example = exactSeq.example(random('any'), 'train', 3);
  const sampled = await sampleTrajectories({ learner, tokenizer, task: exactSeq, completionLength: 4 }, [example], {
    key: ['check'],
    samples: 4000,
    temperature: 1,
    slot: 'policy',
  });
  const texts = sampled.map(({ text }) => text);
  const { top } = await read('policy');
  for (const { completion, policy } of top.toSorted((a, b) => b.policy - a.policy).slice(0, 5)) {
    const found = texts.filter((text) => text === completion).length / 4000;
    // Five standard deviations of a frequency.
    expect(Math.abs(found - policy)).toBeLessThan(5 * Math.sqrt((policy * (1 - policy)) / 4000));
  }
});

test('a task that does not list its outcomes has no exact read-out', async () => {
  expect(await readExact(learner, tokenizer, sums, { ...options, slot: 'base' })).toBeNull();
});
