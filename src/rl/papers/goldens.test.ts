/**
 * @file Loss, gradient and clip fraction of every objective on one fixed batch, reviewed as text in
 * `papers.golden.json`. They detect changes; `oracles.test.ts` checks correctness.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import { algorithms } from './index.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const [rows, columns] = [8, 6];
const lengths = [6, 4, 5, 6, 3, 6, 2, 5];

interface Distributions {
  readonly logDistribution: number[][][];
  readonly refLogDistribution: number[][][];
}
/** The same two-word distribution at every token. */
const over = (p: number) => lengths.map(() => Array.from({ length: columns }, () => [Math.log(p), Math.log(1 - p)]));

/** Facts beside the rewards that advantages are made of, or the advantages themselves. */
const given: Readonly<Record<string, { advantages: number[] } | { baseRewards: number[][] } | Distributions>> = {
  sdft: { advantages: [1, -0.5, 0.25, -1, 0.5, 2, -2, 0.75] },
  aStarPo: {
    baseRewards: [
      [1, 0, 0],
      [0, 0, 1],
    ],
  },
  gkd: { logDistribution: over(0.3), refLogDistribution: over(0.8) },
  remax: { advantages: [1, 0, 0, 1, 0, -0.5, 0.5, -0.5] },
};

/** Two groups of four, off-policy; an expert wrote the last two completions. */
function goldenBatch() {
  const stream = random('goldens', 1);
  const perToken = (draw: () => number) => Array.from({ length: rows }, () => Array.from({ length: columns }, draw));
  const logp = perToken(() => -0.1 - 2 * stream.uniform());
  const near = (spread: number) => logp.map((row) => row.map((lp) => lp + spread * stream.normal()));
  return {
    logp,
    oldLogp: near(0.3),
    refLogp: near(0.5),
    samplerLogp: near(0.01),
    entropy: perToken(() => 2 * stream.uniform()),
    values: perToken(() => stream.uniform()),
    mask: lengths.map((length) => Array.from({ length: columns }, (_, t) => Number(t < length))),
    rewards: [1, 0, 0, 1, 0.5, 0, 1, 0],
    expert: [0, 0, 0, 0, 0, 0, 1, 1],
  };
}

const digits = (x: number): number => Number(x.toPrecision(8));

test('every objective has its reviewed numbers', async () => {
  const found: Record<string, unknown> = {};
  for (const { id, settings } of algorithms) {
    const beta = settings.find((setting) => setting.id === 'beta');
    const { loss, grad, gradDistribution, metrics } = await evaluateObjective(runtime, id, {
      ...goldenBatch(),
      ...given[id],
      settings: { num_generations: 4, ...(beta && beta.default === 0 ? { beta: 0.1 } : {}) },
    });
    const slopes = gradDistribution?.flat(2) ?? grad.flat();
    const clipped = metrics['clip_ratio/region_mean'];
    found[id] = {
      loss: digits(loss),
      gradNorm: digits(Math.sqrt(slopes.reduce((sum, g) => sum + g * g, 0))),
      firstToken: digits(slopes[0] as number),
      ...(clipped === undefined ? {} : { clipped: digits(clipped) }),
    };
  }
  const lines = Object.entries(found)
    .toSorted(([a], [b]) => a.localeCompare(b))
    .map(([id, numbers]) => `  ${JSON.stringify(id)}: ${JSON.stringify(numbers)}`);
  await expect(`{\n${lines.join(',\n')}\n}\n`).toMatchFileSnapshot('papers.golden.json');
});
