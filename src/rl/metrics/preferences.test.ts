/** @file Implied rewards of pairs, by plain loops over the tokens of a step, and worked out by hand. */
import { describe, expect, test } from 'vitest';
import { withAlgorithm } from '../algorithm/configured.ts';
import { algorithmById } from '../papers/index.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { CompletionReport } from '../step/report.ts';
import type { BatchFacts } from './facts.ts';
import { metrics } from './index.ts';
import { measured } from './metric.ts';
import { preferences } from './preferences.ts';

/** Two pairs, then a pair whose rejected completion is empty; two tokens a row, the second of row 1 masked. */
const facts = (id: string): BatchFacts => ({
  algorithm: algorithmById(id),
  settings: { beta: 0.5 },
  batch: {
    rows: 6,
    columns: 2,
    tokenIds: new Int32Array(18),
    temperature: 1,
    shapes: [2, 1, 2, 2, 2, 0].map((length) => ({ length, terminated: true })),
    arrays: { mask: Float32Array.of(1, 1, 1, 0, 1, 1, 1, 1, 1, 1, 0, 0) },
    order: [0, 1, 3, 2, 4, 5],
    replayed: Array<boolean>(6).fill(false),
  },
  statistics: {
    loss: 0,
    logProbs: Float32Array.of(-1, -2, -3, 9, -4, -4, -1, -1, 7, 7, 7, 7),
    refLogProbs: Float32Array.of(-2, -3, -2, 9, -1, -1, -3, -5, 0, 0, 0, 0),
    entropy: new Float32Array(12),
    kl: new Float32Array(12),
  },
  trainerLogProbs: new Float32Array(12),
  bonus: 0,
  penalties: new Float32Array(12),
  updates: [],
});

describe('implied rewards', () => {
  test('of DPO are beta (log pi - log pi_ref), summed over a completion (arXiv 2305.18290, eq. 5; TRL DPOTrainer)', () => {
    // Chosen: 0.5 (1 + 1) and 0.5 (2 + 4); rejected: 0.5 (-1) and 0.5 (-3 - 3).
    expect(measured(preferences, facts('dpo'))).toEqual({
      'rewards/chosen': (1 + 3) / 2,
      'rewards/rejected': (-0.5 - 3) / 2,
      'rewards/margins': (1.5 + 6) / 2,
      'rewards/accuracies': 1,
    });
  });

  test('of SimPO are beta times the mean log-probability (arXiv 2405.14734, eq. 4; TRL CPOTrainer)', () => {
    // Chosen: 0.5 (-1.5) and 0.5 (-1); rejected: 0.5 (-3) and 0.5 (-4).
    expect(measured(preferences, facts('simpo'))).toEqual({
      'rewards/chosen': (-0.75 - 0.5) / 2,
      'rewards/rejected': (-1.5 - 2) / 2,
      'rewards/margins': (0.75 + 1.5) / 2,
      'rewards/accuracies': 1,
    });
  });

  test('are absent without pairs', () => {
    expect(measured(preferences, facts('grpo'))).toEqual({});
    const { batch, ...rest } = facts('dpo');
    const shapes = batch.shapes.map((shape) => ({ ...shape, length: 0 }));
    expect(measured(preferences, { ...rest, batch: { ...batch, shapes } })).toEqual({});
  });
});

test('a step of DPO measures them as plain loops over its report do; at the base they are 0 and no pair is in order', async () => {
  const trainer = tinyTrainer();
  await trainer.open({ ...withAlgorithm(tinyConfig, 'dpo'), beta: 0.3, numMinibatches: 2 }, onNode);
  const first = await trainer.step();
  expect(first.metrics['pairs/count']).toBeGreaterThan(0);
  expect(first.metrics).toMatchObject({ 'rewards/margins': 0, 'rewards/accuracies': 0, 'rewards/chosen': 0 });
  const { metrics: second, groups } = await trainer.step();
  await trainer.dispose();
  const implied = ({ policyLogProbs, refLogProbs }: CompletionReport): number => {
    let sum = 0;
    for (let t = 0; t < policyLogProbs.length; t++) sum += policyLogProbs[t]! - refLogProbs[t]!;
    return 0.3 * sum;
  };
  let [pairs, up, down, ordered] = [0, 0, 0, 0];
  for (const { completions } of groups) {
    let [best, worst] = [completions[0]!, completions[0]!];
    for (const completion of completions) {
      if (completion.reward > best.reward) best = completion;
      if (completion.reward <= worst.reward) worst = completion;
    }
    if (best.reward === worst.reward) continue;
    pairs++;
    up += implied(best);
    down += implied(worst);
    ordered += implied(best) > implied(worst) ? 1 : 0;
  }
  expect(pairs).toBeGreaterThan(0);
  expect(second).toMatchObject({
    'pairs/count': pairs,
    'rewards/chosen': expect.closeTo(up / pairs, 5),
    'rewards/rejected': expect.closeTo(down / pairs, 5),
    'rewards/margins': expect.closeTo((up - down) / pairs, 5),
    'rewards/accuracies': ordered / pairs,
  });
  expect(second['rewards/margins']).not.toBe(0);
});

test('every line of a chart has words, and charts of one id have one title', () => {
  const drawn = Object.values(metrics).flatMap((metric) => ('chart' in metric ? [metric.chart] : []));
  const ids = [...new Set(drawn.map(({ id }) => id))];
  expect(ids.length).toBeGreaterThan(15);
  for (const id of ids) expect(drawn.filter((chart) => chart.id === id && 'title' in chart).length).toBeLessThan(2);
});
