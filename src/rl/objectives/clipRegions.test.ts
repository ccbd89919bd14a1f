/**
 * @file Bounds of the ratio: tokens without gradient, checked against the gradient of the graph, and losses computed by
 * hand.
 */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import { algorithmById } from '../papers/index.ts';
import { clipRegions } from './clipRegions.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

/** One completion with a token for each ratio, sampled at log-probability 0. */
const withRatios = (ratios: readonly number[], advantages: readonly number[]) => ({
  logp: [ratios.map(Math.log)],
  oldLogp: [ratios.map(() => 0)],
  refLogp: [ratios.map(() => 0)],
  advantages: [[...advantages]],
});

describe('the gradient of a token is 0 in the clip regions and only there', () => {
  const grid = [0.3, 0.55, 0.75, 0.85, 0.95, 1.05, 1.15, 1.25, 1.45, 1.7, 2.5, 3.5, 6].flatMap(
    (ratio) =>
      [
        [ratio, 1],
        [ratio, -2],
      ] as const,
  );

  test.each<[string, Record<string, number>]>([
    ['bnpo', {}],
    ['bnpo', { epsilon: 0.2, epsilon_high: 0.5, delta: 2, delta_low: 0.6 }],
    // Cap and floor inside the clip range.
    ['dapo', { epsilon: 0.3, epsilon_high: 0.4, delta: 1.1, delta_low: 0.9 }],
    ['dualClip', { clip_ratio_c: 3 }],
    ['dualClip', { clip_ratio_c: 3, delta: 1.5, delta_low: 0.5 }],
  ])('%s %o', async (id, given) => {
    const algorithm = algorithmById(id);
    const settings = {
      ...Object.fromEntries(algorithm.settings.map((s) => [s.id, s.default])),
      epsilon_high: given.epsilon_high ?? (id === 'dapo' ? 0.28 : 0.2),
      ...given,
    };
    const { grad } = await evaluateObjective(runtime, id, {
      ...withRatios(
        grid.map(([r]) => r),
        grid.map(([, a]) => a),
      ),
      settings: { ...given, beta: 0 },
    });
    const cuts = Object.values(clipRegions(algorithm, settings));
    const silent = grid.map(([ratio, advantage]) => cuts.some((cut) => cut(ratio, advantage)));
    expect(grad[0]!.map((g) => g === 0)).toEqual(silent);
    expect(new Set(silent).size).toBe(2);
  });
});

describe('shares of tokens', () => {
  test('each bound in use counts tokens on its side of the advantage', async () => {
    const batch = withRatios([0.5, 0.5, 1.5, 3, 5, 1], [1, -1, 1, -1, -1, 1]);
    const { metrics } = await evaluateObjective(runtime, 'bnpo', { ...batch, settings: { delta: 4, delta_low: 0.7 } });
    expect(metrics).toMatchObject({
      'clip_ratio/low_mean': 1 / 6,
      'clip_ratio/high_mean': 1 / 6,
      'clip_ratio/region_mean': 2 / 6,
      'clip_ratio/delta_mean': 1 / 6,
      'clip_ratio/delta_low_mean': 1 / 6,
    });
    const { metrics: dual } = await evaluateObjective(runtime, 'dualClip', { ...batch, settings: { clip_ratio_c: 2 } });
    expect(dual).toMatchObject({ 'clip_ratio/dual_mean': 2 / 6 });
    expect(Object.keys(dual)).not.toContain('clip_ratio/delta_mean');
  });

  test('masked tokens do not count', async () => {
    const { metrics } = await evaluateObjective(runtime, 'intellect2', {
      ...withRatios([9, 9], [-1, -1]),
      mask: [[1, 0]],
      settings: { delta: 4 },
    });
    expect(metrics).toMatchObject({ 'clip_ratio/delta_mean': 1, num_tokens: 1 });
  });
});

describe('losses by hand', () => {
  const loss = async (
    id: string,
    ratios: readonly number[],
    advantages: readonly number[],
    settings: Record<string, number>,
  ) => evaluateObjective(runtime, id, { ...withRatios(ratios, advantages), settings: { ...settings, beta: 0 } });

  test('CISPO weighs by clip(r, 1 - eps_low, 1 + eps_high) (MiniMax-M1, arXiv 2506.13585, eq. 4; verl)', async () => {
    const { grad } = await loss('cispo', [0.4, 0.9, 2], [1, 1, -1], { epsilon_low: 0.8, epsilon_high: 1.2 });
    expect(grad[0]).toEqual([-0.8 / 3, -0.9 / 3, 1.2 / 3].map((g) => expect.closeTo(g, 7)));
    const { grad: open } = await loss('cispo', [0.4], [1], {});
    expect(open[0]![0]).toBeCloseTo(-0.4, 12);
  });

  test('delta_low bounds the ratio where A > 0 and changes nothing where A < 0 (ABC-GRPO, arXiv 2601.03895)', async () => {
    const { loss: bounded, grad } = await loss('bnpo', [0.5, 0.5], [2, -2], { delta_low: 0.9 });
    // -(0.9 * 2) and, clipped at 1 - epsilon, +(0.8 * 2).
    expect(bounded).toBeCloseTo((-1.8 + 1.6) / 2, 7);
    expect(grad).toEqual([[0, 0]]);
    expect((await loss('bnpo', [0.5, 0.5], [2, -2], {})).loss).toBeCloseTo((-1 + 1.6) / 2, 7);
  });

  test.each(['mix', 'chord'])(
    '%s: the loss of an own token with A < 0 is at most -c A (dual clip, arXiv 1912.09729)',
    async (id) => {
      const batch = { ...withRatios([8], [-2]), expert: [0] };
      const at = async (settings: Record<string, number>) =>
        await evaluateObjective(runtime, id, { ...batch, settings: { mu: 0.25, beta: 0, ...settings } });
      expect(await at({ clip_ratio_c: 3 })).toMatchObject({ loss: expect.closeTo(0.75 * 6, 6), grad: [[0]] });
      expect(await at({})).toMatchObject({
        loss: expect.closeTo(0.75 * 16, 6),
        grad: [[expect.closeTo(0.75 * 16, 6)]],
      });
      // Imitation of an expert's token does not depend on its ratio.
      const { grad } = await evaluateObjective(runtime, id, {
        ...batch,
        expert: [1],
        settings: { mu: 0.25, clip_ratio_c: 3, ...(id === 'chord' ? { phi: 0 } : {}) },
      });
      expect(grad).toEqual([[expect.closeTo(-0.25, 7)]]);
    },
  );
});
