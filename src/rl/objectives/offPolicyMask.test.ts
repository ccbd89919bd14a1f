/** @file Off-policy sequence masking: against Trinity-RFT, by hand, and in training. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { evaluateObjective } from '../oneBatch/evaluateObjective.ts';
import type { TrainConfig } from '../config/config.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { ObjectiveInput } from '../oneBatch/objectiveInput.ts';
import { algorithms } from '../papers/index.ts';
import { ownAdvantage } from './algorithm.ts';

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const evaluate = (name: string, input: ObjectiveInput) => evaluateObjective(runtime, name, input);
const threshold = (value: number) => ({ off_policy_mask_threshold: value });

/** Mean log pi_old - log pi of the rows: 0.75, 0.75, and 0.25 over its two unmasked tokens. */
const batch = {
  logp: [
    [-2, -3, 0],
    [-2, -3, 0],
    [-1.25, -2.75, -9],
  ],
  oldLogp: [
    [-1, -2.5, 0],
    [-1, -2.5, 0],
    [-1, -2.5, 0],
  ],
  refLogp: [
    [-1, -1, 0],
    [-1, -1, 0],
    [-1, -1, 0],
  ],
  mask: [
    [1, 1, 0],
    [1, 1, 0],
    [1, 1, 0],
  ],
  advantages: [-1, 1, -1],
  rewards: [-1, 1, -1],
};

describe('which tokens count', () => {
  test('all except those with A < 0 in a completion beyond the threshold (DeepSeek-V3.2, arXiv 2512.02556; TRL)', async () => {
    const { masks, grad } = await evaluate('bnpo', { ...batch, settings: { ...threshold(0.5), epsilon: 1 } });
    expect(masks).toEqual({
      off_policy: [
        [0, 0, 0],
        [1, 1, 0],
        [1, 1, 0],
      ],
    });
    expect(grad[0]).toEqual([0, 0, 0]);
    expect(grad[1]!.slice(0, 2).every((g) => g < 0) && grad[2]!.slice(0, 2).every((g) => g > 0)).toBe(true);
  });

  test.each([
    [0.7, 0],
    [0.75, 1],
    [0.2, 0],
  ])('a drift equal to the threshold still counts: threshold %d', async (value, kept) => {
    const { masks } = await evaluate('bnpo', { ...batch, settings: threshold(value) });
    expect(masks!.off_policy!.map((row) => row[0])).toEqual([kept, 1, Number(value >= 0.25)]);
  });

  test('the drift is measured from the sampler’s log-probabilities if given (TRL)', async () => {
    const samplerLogp = batch.oldLogp.map((row, b) => row.map((lp) => lp - (b === 0 ? 0.5 : 0)));
    const { masks } = await evaluate('bnpo', { ...batch, samplerLogp, settings: threshold(0.5) });
    expect(masks!.off_policy![0]).toEqual([1, 1, 0]);
  });

  test('a completion with A < 0 that became likelier is not masked: the drift is signed', async () => {
    const { masks } = await evaluate('bnpo', {
      ...batch,
      logp: batch.oldLogp,
      oldLogp: batch.logp,
      settings: threshold(0),
    });
    expect(masks!.off_policy).toEqual([
      [1, 1, 0],
      [1, 1, 0],
      [1, 1, 0],
    ]);
  });

  test('the KL penalty and the expert’s part of CHORD remain', async () => {
    const beta = 0.4;
    const k3Slope = (lp: number, ref: number) => 1 - Math.exp(ref - lp);
    const { grad } = await evaluate('bnpo', { ...batch, settings: { ...threshold(0.5), beta } });
    expect(grad[0]!.slice(0, 2)).toEqual(
      [k3Slope(-2, -1), k3Slope(-3, -1)].map((slope) => expect.closeTo((beta * slope) / 6, 7)),
    );
    const chord = await evaluate('chord', {
      ...batch,
      expert: [0, 0, 1],
      settings: { ...threshold(0.1), beta, mu: 0.5, phi: 0 },
    });
    expect(chord.grad[0]![0]).toBeCloseTo((0.5 * beta * k3Slope(-2, -1)) / 4, 7);
    expect(chord.grad[2]!.slice(0, 2)).toEqual([expect.closeTo(-0.25, 7), expect.closeTo(-0.25, 7)]);
  });
});

const readsAdvantages = algorithms
  .filter((algorithm) => ownAdvantage(algorithm) === undefined && algorithm.freshOnly === undefined)
  .map(({ id }) => id);

describe.each(readsAdvantages)('%s', (id) => {
  test('a masked completion has no gradient, the others the same as without the mask', async () => {
    const given = {
      ...batch,
      entropy: batch.logp.map((row) => row.map(() => 0.5)),
      values: batch.logp.map((row) => row.map(() => 0)),
      returns: batch.logp.map((row) => row.map(() => 0)),
    };
    // Penalties remain under the mask, so their coefficients are 0 here.
    const penalties = ['beta', 'ppo_kl_coef'].filter((name) =>
      algorithms.find((a) => a.id === id)!.settings.some((s) => s.id === name),
    );
    const settings = Object.fromEntries(penalties.map((name) => [name, 0]));
    const [masked, plain] = await Promise.all([
      evaluate(id, { ...given, settings: { ...settings, ...threshold(0.5) } }),
      evaluate(id, { ...given, settings }),
    ]);
    expect(masked.grad[0]).toEqual([0, 0, 0]);
    expect(masked.grad.slice(1)).toEqual(plain.grad.slice(1));
  });
});

test.each(algorithms.map(({ id }) => id).filter((id) => !readsAdvantages.includes(id)))(
  '%s has no advantages and is refused',
  async (id) => {
    await expect(evaluate(id, { ...batch, settings: threshold(0.5) })).rejects.toThrow(
      new RegExp(`^off_policy_mask_threshold: ${id} (compares|imitates demonstrations|regresses)`),
    );
  },
);

test('the selection of an objective is an output too', async () => {
  const { masks } = await evaluate('klCov', { ...batch, settings: { kl_cov_ratio: 0.5 } });
  expect(masks!.selected!.flat().filter((m) => m === 1)).toHaveLength(3);
  expect(masks!.selected!.every((row) => row[2] === 0)).toBe(true);
  expect('masks' in (await evaluate('bnpo', batch))).toBe(false);
});

describe('in training', () => {
  const adapterAfter = async (changes: Partial<TrainConfig>, steps: number): Promise<number[]> => {
    const trainer = tinyTrainer();
    try {
      await trainer.open({ ...tinyConfig, learningRate: 0.02, warmupSteps: 0, ...changes }, onNode);
      for (let step = 0; step < steps; step++) await trainer.step();
      return [...(await trainer.adapter())];
    } finally {
      await trainer.dispose();
    }
  };

  test('on-policy no completion is masked', async () => {
    const [plain, masked] = [
      await adapterAfter({}, 1),
      await adapterAfter({ offPolicyMask: 'sequence', settings: threshold(0.01) }, 1),
    ];
    masked.forEach((x, i) => expect(x).toBeCloseTo(plain[i]!, 6));
  });

  test('in later passes over a batch, completions with A < 0 beyond the threshold are masked', async () => {
    const passes = { numIterations: 4 };
    const [plain, masked, loose] = [
      await adapterAfter(passes, 1),
      await adapterAfter({ ...passes, offPolicyMask: 'sequence', settings: threshold(0.001) }, 1),
      await adapterAfter({ ...passes, offPolicyMask: 'sequence', settings: threshold(100) }, 1),
    ];
    loose.forEach((x, i) => expect(x).toBeCloseTo(plain[i]!, 5));
    expect(Math.max(...masked.map((x, i) => Math.abs(x - plain[i]!)))).toBeGreaterThan(1e-3);
  });
});
