/**
 * @file PRDP, CoPG and the policy gradient with regularised rewards and the other completion of the pair as baseline
 * have the same direction.
 */
import { afterAll, beforeAll, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { random } from '../../lib/random.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const BETA = 0.3;
const lengths = [4, 2, 3, 4, 1, 3];
/** Three pairs, the better completion first, sampled by another policy. */
const batch = (() => {
  const stream = random('contrast');
  const perToken = () => lengths.map(() => Array.from({ length: 4 }, () => -0.1 - 2 * stream.uniform()));
  return {
    logp: perToken(),
    refLogp: perToken(),
    oldLogp: perToken(),
    mask: lengths.map((length) => [0, 1, 2, 3].map((t) => Number(t < length))),
    rewards: [1, 0.25, 0.5, 0, 0.75, 0.5],
  };
})();

/** `batch` without rewards, to be used with advantages. */
const sampled = { logp: batch.logp, refLogp: batch.refLogp, oldLogp: batch.oldLogp, mask: batch.mask };

const sum = (row: readonly number[], b: number): number =>
  row.reduce((total, x, t) => total + (t < (lengths[b] as number) ? x : 0), 0);
/** R - beta log(pi / pi_ref) of each completion. */
const regularised = batch.rewards.map(
  (reward, b) => reward - BETA * (sum(batch.logp[b] as number[], b) - sum(batch.refLogp[b] as number[], b)),
);

const flat = (grad: number[][]): number[] => grad.flat();
function cosine(a: readonly number[], b: readonly number[]): number {
  const dot = (x: readonly number[], y: readonly number[]) =>
    x.reduce((total, v, i) => total + v * (y[i] as number), 0);
  return dot(a, b) / Math.sqrt(dot(a, a) * dot(b, b));
}

test('PRDP, CoPG and the policy gradient with the other completion as baseline have parallel gradients; PRDP’s is beta times as long per pair', async () => {
  const settings = { beta: BETA };
  const [prdp, copg] = await Promise.all(
    ['prdp', 'copg'].map(async (name) => flat((await evaluateObjective(runtime, name, { ...batch, settings })).grad)),
  );
  // (R(y) - R(y')) (grad log pi(y) - grad log pi(y')): the advantage of each completion is its regularised reward minus
  // that of the other.
  const advantages = regularised.map((reward, b) => reward - (regularised[b % 2 === 0 ? b + 1 : b - 1] as number));
  const gradient = flat((await evaluateObjective(runtime, 'reinforce', { ...sampled, advantages })).grad);
  expect(copg).toEqual(prdp);
  expect(cosine(prdp as number[], gradient)).toBeCloseTo(1, 12);
  // The regression is a mean over 3 pairs, the policy gradient over 6 completions.
  (prdp as number[]).forEach((x, i) => expect(x).toBeCloseTo(2 * BETA * (gradient[i] as number), 7));
});

test('the policy gradient without a baseline, or with unregularised rewards, differs; the sampling policy does not matter', async () => {
  const prdp = flat((await evaluateObjective(runtime, 'prdp', { ...batch, settings: { beta: BETA } })).grad);
  const along = async (advantages: number[]) =>
    cosine(prdp, flat((await evaluateObjective(runtime, 'reinforce', { ...sampled, advantages })).grad));
  expect(await along(regularised)).toBeLessThan(0.99);
  expect(
    await along(regularised.map((reward, b) => reward - (batch.rewards[b % 2 === 0 ? b + 1 : b - 1] as number))),
  ).toBeLessThan(0.99);
  const elsewhere = batch.oldLogp.map((row) => row.map((lp) => lp - 1));
  expect(
    flat((await evaluateObjective(runtime, 'prdp', { ...batch, oldLogp: elsewhere, settings: { beta: BETA } })).grad),
  ).toEqual(prdp);
});
