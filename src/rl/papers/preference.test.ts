/** @file Every loss over pairs against a scalar loop written from its paper: value, gradient and invariances. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivatives, gradientError } from '../../../testing/engine/finiteDifference.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import { algorithms } from './index.ts';

const [rows, columns] = [6, 5];
const lengths = [5, 3, 1, 4, 2, 5];
const rewards = [1, 0.25, -0.5, 0, 2, 2];
const beta = 0.3;

const stream = random('pairs', 1);
const draw = (scale: number, centre: number) =>
  Array.from({ length: rows * columns }, () => centre + scale * stream.normal());
const logProbs = draw(0.8, -1.5);
const reference = logProbs.map((lp) => lp + 0.7 * stream.normal());

/** One completion: log-probabilities summed over its tokens, length, reward. */
interface Sums {
  readonly policy: number;
  readonly base: number;
  readonly length: number;
  readonly reward: number;
}

const logSigmoid = (x: number): number => -Math.log(1 + Math.exp(-x));
const sigmoid = (x: number): number => 1 / (1 + Math.exp(-x));
const over = ({ policy, base }: Sums): number => policy - base;

/** The loss of one pair, by id, with its settings. */
const oracles: Readonly<
  Record<
    string,
    { readonly settings: Readonly<Record<string, number>>; readonly loss: (chosen: Sums, rejected: Sums) => number }
  >
> = {
  dpo: {
    settings: { beta, label_smoothing: 0.1 },
    loss: (c, r) => -0.9 * logSigmoid(beta * (over(c) - over(r))) - 0.1 * logSigmoid(-beta * (over(c) - over(r))),
  },
  ipo: { settings: { beta }, loss: (c, r) => (over(c) / c.length - over(r) / r.length - 1 / (2 * beta)) ** 2 },
  hinge: { settings: { beta }, loss: (c, r) => Math.max(0, 1 - beta * (over(c) - over(r))) },
  robust: {
    settings: { beta, label_smoothing: 0.2 },
    loss: (c, r) =>
      (-0.8 * logSigmoid(beta * (over(c) - over(r))) + 0.2 * logSigmoid(-beta * (over(c) - over(r)))) / 0.6,
  },
  exoPair: {
    settings: { beta, label_smoothing: 0.01 },
    loss: (c, r) => {
      const q = sigmoid(beta * (over(c) - over(r)));
      return q * Math.log(q / 0.99) + (1 - q) * Math.log((1 - q) / 0.01);
    },
  },
  ncaPair: {
    settings: { beta },
    loss: (c, r) => -logSigmoid(beta * over(c)) - 0.5 * logSigmoid(-beta * over(c)) - 0.5 * logSigmoid(-beta * over(r)),
  },
  bcoPair: { settings: { beta }, loss: (c, r) => -logSigmoid(beta * over(c)) - logSigmoid(-beta * over(r)) },
  sppoHard: { settings: { beta }, loss: (c, r) => (over(c) - 0.5 / beta) ** 2 + (over(r) + 0.5 / beta) ** 2 },
  apoZero: { settings: { beta }, loss: (c, r) => 1 - sigmoid(beta * over(c)) + sigmoid(beta * over(r)) },
  apoDown: { settings: { beta }, loss: (c, r) => sigmoid(beta * over(c)) + 1 - sigmoid(beta * (over(c) - over(r))) },
  discopop: {
    settings: { beta, discopop_tau: 0.5 },
    loss: (c, r) => {
      const margin = beta * (over(c) - over(r));
      const blend = sigmoid(margin / 0.5);
      return -(1 - blend) * logSigmoid(margin) + blend * Math.exp(-margin);
    },
  },
  simpo: {
    settings: { beta: 2, simpo_gamma: 0.5 },
    loss: (c, r) => -logSigmoid(2 * (c.policy / c.length - r.policy / r.length) - 0.5),
  },
  orpo: {
    settings: { beta },
    loss: (c, r) => {
      const logOdds = ({ policy, length }: Sums) => policy / length - Math.log(1 - Math.exp(policy / length));
      return -c.policy / c.length - beta * logSigmoid(logOdds(c) - logOdds(r));
    },
  },
  prdp: { settings: { beta }, loss: (c, r) => (c.reward - r.reward - beta * (over(c) - over(r))) ** 2 / 2 },
  copg: { settings: { beta }, loss: (c, r) => (c.reward - r.reward - beta * (over(c) - over(r))) ** 2 / 2 },
};

function sumsOf(lp: readonly number[], row: number): Sums {
  const sums = { policy: 0, base: 0, length: 0, reward: rewards[row]! };
  for (let t = 0; t < lengths[row]!; t++) {
    sums.policy += lp[row * columns + t]!;
    sums.base += reference[row * columns + t]!;
    sums.length++;
  }
  return sums;
}

/** The mean over the three pairs. */
const oracle = (id: string, lp: readonly number[]): number =>
  [0, 1, 2].reduce((sum, p) => sum + oracles[id]!.loss(sumsOf(lp, 2 * p), sumsOf(lp, 2 * p + 1)) / 3, 0);

const inRows = (flat: readonly number[]) =>
  Array.from({ length: rows }, (_, b) => flat.slice(b * columns, (b + 1) * columns));
const mask = lengths.map((length) => Array.from({ length: columns }, (_, t) => Number(t < length)));
const input = (id: string) => ({
  logp: inRows(logProbs),
  refLogp: inRows(reference),
  mask,
  rewards,
  settings: oracles[id]!.settings,
});

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

describe('losses over pairs', () => {
  test('all have an oracle here', () => {
    expect(Object.keys(oracles).toSorted()).toEqual(
      algorithms
        .filter(({ pairs }) => pairs)
        .map(({ id }) => id)
        .toSorted(),
    );
  });

  test.each(Object.keys(oracles))('%s equals its scalar loop, and its gradient the finite differences', async (id) => {
    const { loss, grad } = await evaluateObjective(runtime, id, input(id));
    // Weights are float32.
    expect(loss).toBeCloseTo(oracle(id, logProbs), 6);
    const numeric = await derivatives(async (lp) => oracle(id, lp), logProbs, [...logProbs.keys()], 1e-3);
    expect(Math.max(...numeric.map(Math.abs))).toBeGreaterThan(1e-3);
    expect(gradientError(grad.flat(), numeric)).toBeLessThan(1e-6);
  });

  test.each(Object.keys(oracles))(
    '%s: pairs given by marks in any order have the same loss, and gradients at their rows',
    async (id) => {
      const plain = await evaluateObjective(runtime, id, input(id));
      const order = [3, 0, 4, 1, 2, 5];
      const moved = <T>(items: readonly T[]): T[] => order.map((row) => items[row]!);
      const given = input(id);
      const shuffled = await evaluateObjective(runtime, id, {
        ...given,
        logp: moved(given.logp),
        refLogp: moved(given.refLogp),
        mask: moved(mask),
        rewards: moved(rewards),
        // Only rows 0 and 1 of the original batch are marked, as one pair.
        chosen: order.map((row) => Number(row === 0)),
        rejected: order.map((row) => Number(row === 1)),
      });
      const alone = await evaluateObjective(runtime, id, {
        ...given,
        logp: given.logp.slice(0, 2),
        refLogp: given.refLogp.slice(0, 2),
        mask: mask.slice(0, 2),
        rewards: rewards.slice(0, 2),
      });
      expect(shuffled.loss).toBeCloseTo(alone.loss, 9);
      expect(shuffled.grad[1]).toEqual(alone.grad[0]);
      expect(shuffled.grad[3]).toEqual(alone.grad[1]);
      expect(shuffled.grad[0]).toEqual([0, 0, 0, 0, 0]);
      expect(plain.grad[0]!.map((g) => 3 * g)).toEqual(alone.grad[0]!.map((g) => expect.closeTo(g, 6)));
    },
  );

  test.each(Object.keys(oracles))('%s: a pair with an empty or an unrewarded completion is left out', async (id) => {
    const two = await evaluateObjective(runtime, id, {
      ...input(id),
      logp: inRows(logProbs).slice(0, 4),
      refLogp: inRows(reference).slice(0, 4),
      mask: mask.slice(0, 4),
      rewards: rewards.slice(0, 4),
    });
    const empty = await evaluateObjective(runtime, id, {
      ...input(id),
      mask: mask.map((row, b) => (b === 5 ? row.map(() => 0) : row)),
    });
    expect(empty.loss).toBeCloseTo(two.loss, 6);
    expect(empty.grad[4]).toEqual([0, 0, 0, 0, 0]);
    const unrewarded = await evaluateObjective(runtime, id, {
      ...input(id),
      rewards: rewards.map((r, b) => (b === 4 ? null : r)),
    });
    expect(unrewarded.loss).toBeCloseTo(two.loss, 6);
    expect(unrewarded.metrics['rewards/excluded']).toBe(1);
  });

  test('refuses an odd number of completions', async () => {
    await expect(evaluateObjective(runtime, 'dpo', { logp: [[0]], refLogp: [[0]] })).rejects.toThrow(
      'rows: pairs need an even number of completions, not 1',
    );
  });
});
