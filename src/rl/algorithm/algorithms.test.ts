/** @file Every algorithm, and every part that a run can choose, trains a few steps on a tiny policy. */
import { describe, expect, test } from 'vitest';
import { estimators } from '../advantages/index.ts';
import { choices } from '../config/choices.ts';
import { defaultConfig, type TrainConfig } from '../config/config.ts';
import { withAlgorithm } from './configured.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { algorithms } from '../papers/index.ts';
import type { StepReport } from '../run/trainer.ts';

interface Trained {
  readonly reports: readonly StepReport[];
  readonly before: Float32Array;
  readonly after: Float32Array;
}

async function trained(config: TrainConfig, steps = 2): Promise<Trained> {
  const trainer = tinyTrainer();
  try {
    await trainer.open(config, onNode);
    const before = await trainer.adapter();
    const reports: StepReport[] = [];
    for (let step = 0; step < steps; step++) reports.push(await trainer.step());
    return { reports, before, after: await trainer.adapter() };
  } finally {
    await trainer.dispose();
  }
}

const moved = ({ before, after }: Trained): boolean => after.some((x, i) => x !== before[i]);
const everyNumber = ({ reports }: Trained): number[] => reports.flatMap(({ metrics }) => Object.values(metrics));
const change = (changes: Partial<TrainConfig>): TrainConfig => ({ ...tinyConfig, ...changes });

describe.each(algorithms.map(({ id }) => id))('%s', (id) => {
  // The untrained policy writes nothing correct, so dynamic sampling by accuracy would drop every group.
  const config = {
    ...withAlgorithm(tinyConfig, id),
    // A teacher needs a control token of the task, C-RLFT its two writers.
    ...(['sdft', 'cRlft'].includes(id) ? { task: 'formats' } : {}),
    settings: id === 'dapo' ? { dynamic_sampling: 0, mask_truncated_completions: 0 } : {},
  };

  test('trains: every metric is a finite number, and the adapter moves', async () => {
    const run = await trained(config);
    expect(everyNumber(run).every(Number.isFinite)).toBe(true);
    expect(run.reports[0]?.metrics).toMatchObject({
      reward: expect.any(Number),
      kl_exact: expect.any(Number),
      entropy: expect.any(Number),
    });
    expect(moved(run)).toBe(true);
    for (const { completions } of run.reports.flatMap(({ groups }) => groups)) {
      for (const { tokens, logProbs, tokenAdvantages } of completions)
        expect([logProbs.length, tokenAdvantages.length]).toEqual([tokens.length, tokens.length]);
    }
  });

  test('at learning rate 0 the adapter does not change', async () => {
    expect(moved(await trained({ ...config, learningRate: 0 }, 1))).toBe(false);
  });
});

describe('a part that a run chooses', () => {
  test.each(estimators.map(({ id }) => id))('advantage %s', async (advantage) => {
    const run = await trained(change({ advantage }));
    expect(everyNumber(run).every(Number.isFinite)).toBe(true);
    expect(moved(run)).toBe(true);
    expect('value_loss' in run.reports[0]!.metrics).toBe(advantage === 'gae');
  });

  const divergences = choices.klEstimator.options.map(({ id }) => id).filter((id) => id !== 'algorithm');
  test.each(divergences.flatMap((id) => ['loss', 'reward'].map((placement) => [id, placement] as const)))(
    'divergence %s in the %s',
    async (klEstimator, klPlacement) => {
      const run = trained(change({ klEstimator, klPlacement, beta: 0.5 }), 3);
      if (klEstimator === 'exactForward' && klPlacement === 'reward')
        return expect(run).rejects.toThrow('kl_estimator: exactForward is for the loss');
      const free = await trained(change({ beta: 0 }), 3);
      const held = await run;
      expect(everyNumber(held).every(Number.isFinite)).toBe(true);
      expect([...held.after]).not.toEqual([...free.after]);
    },
  );

  test('a KL penalty in the reward is reported with each completion, and in the loss it is not', async () => {
    const completionsOf = async (klPlacement: string) =>
      (await trained(change({ klEstimator: 'k1', klPlacement, beta: 0.5 }), 3)).reports
        .at(-1)!
        .groups.flatMap(({ completions }) => completions);
    for (const { penalty, logProbs, refLogProbs } of await completionsOf('reward'))
      expect(penalty).toBeCloseTo(0.5 * logProbs.reduce((sum, own, t) => sum + own - refLogProbs[t]!, 0), 4);
    expect((await completionsOf('loss')).map(({ penalty }) => penalty).filter((p) => p !== undefined)).toEqual([]);
  });

  test.each(['token_truncate', 'token_mask', 'sequence_truncate', 'sequence_mask'])(
    'correction %s: changes rounding only, since sampler and trainer agree',
    async (importanceCorrection) => {
      const [plain, corrected] = [await trained(tinyConfig, 1), await trained(change({ importanceCorrection }), 1)];
      const apart = (a: Float32Array, b: Float32Array) => Math.hypot(...a.map((x, i) => x - b[i]!));
      expect(apart(corrected.after, plain.after)).toBeLessThan(1e-3 * apart(plain.after, plain.before));
    },
  );

  test('the share of high-entropy tokens', async () => {
    const { reports } = await trained(change({ topEntropyQuantile: 0.3 }));
    expect(reports[0]?.metrics.frac_tokens_selected).toBeGreaterThan(0.2);
    expect(reports[0]?.metrics.frac_tokens_selected).toBeLessThan(0.45);
  });

  test('the entropy bonus raises entropy', async () => {
    const entropyAfter = async (entropyCoef: number) =>
      (await trained(change({ entropyCoef, numGenerations: 2 }), 8)).reports.at(-1)?.metrics.entropy as number;
    expect(await entropyAfter(0.5)).toBeGreaterThan(await entropyAfter(0));
  });

  test('an objective as text that equals the algorithm’s gives the same bits', async () => {
    const objectiveText = '-min(ratio * A, clip(ratio, 1 - epsilon, 1 + epsilon) * A) + beta * k3';
    const [own, built] = [await trained(change({ objectiveText })), await trained(tinyConfig)];
    own.after.forEach((x, i) => expect(x).toBeCloseTo(built.after[i]!, 5));
  });

  test.each(['linear', 'cosine', 'adaptive'])('beta changes with control %s', async (klControl) => {
    const { reports } = await trained(change({ klControl, beta: 0.2, maxSteps: 10 }), 3);
    const betas = reports.map(({ metrics }) => metrics.beta as number);
    expect(new Set(betas).size).toBe(3);
    expect(betas[0]).toBe(0.2);
  });

  test('the entropy control changes its coefficient', async () => {
    const { reports } = await trained(change({ entropyTarget: 4 }), 3);
    expect(reports.map(({ metrics }) => metrics.entropy_coef)).toEqual([0, 0.005, 0.01]);
  });

  test('mini-batches make several updates, each row in one of them', async () => {
    const whole = await trained(tinyConfig, 1);
    const parts = await trained(change({ numMinibatches: 4 }), 1);
    expect([...parts.after]).not.toEqual([...whole.after]);
    expect(parts.reports[0]?.metrics.reward).toBe(whole.reports[0]?.metrics.reward);
  });
});

describe('state between steps', () => {
  test('a snapshot carries controllers and baselines', async () => {
    const config = change({ klControl: 'adaptive', beta: 0.2, advantage: 'runningBaseline' });
    const [one, other] = [tinyTrainer(), tinyTrainer()];
    await one.open(config, onNode);
    await other.open(config, onNode);
    for (let step = 0; step < 2; step++) await one.step();
    await other.restore(await one.snapshot());
    const [a, b] = [await one.step(), await other.step()];
    expect(timeless(b.metrics)).toEqual(timeless(a.metrics));
    expect((await one.snapshot()).memory).toMatchObject({ baseline_steps: 3, beta: expect.any(Number) });
    await one.dispose();
    await other.dispose();
  });

  test('if every completion is cut and masked, the loss is 0 and the adapter does not change', async () => {
    // With 2 additions a completion has 7 tokens; the untrained policy rarely ends within them, and cut completions are
    // masked.
    const run = await trained(
      { ...withAlgorithm(change({ rewardWeights: { format: 1 } }), 'dapo'), settings: { dynamic_sampling: 1 } },
      2,
    );
    const unused = run.reports.filter(({ groups }) => groups.length === 0);
    expect(unused).toHaveLength(2);
    expect(run.reports.map(({ metrics }) => metrics.policy_loss)).toEqual([0, 0]);
    expect([...run.after]).toEqual([...run.before]);
    expect(run.reports[0]?.metrics).toMatchObject({ 'dynamic_sampling/attempts': 2, 'dynamic_sampling/missing': 4 });
  });

  test('a setting that the algorithm does not have, or out of its range, is refused by name', async () => {
    const open = (config: TrainConfig) => tinyTrainer().open(config, onNode);
    await expect(open(change({ settings: { tau: 1 } }))).rejects.toThrow(
      'settings.tau: grpo has no such setting; it has epsilon, beta',
    );
    await expect(open({ ...withAlgorithm(tinyConfig, 'dapo'), settings: { delta: 0 } })).rejects.toThrow(
      'settings.delta: 1 to 1000000 is allowed, not 0',
    );
    await expect(open({ ...withAlgorithm(tinyConfig, 'dpo'), shardSize: 3 })).rejects.toThrow(
      'shard_size: dpo learns from pairs',
    );
    await expect(open(change({ algorithm: 'nonesuch' }))).rejects.toThrow('algorithm: there is no "nonesuch"');
    await expect(open({ ...withAlgorithm(tinyConfig, 'clipCov'), topEntropyQuantile: 0.5 })).rejects.toThrow(
      'top_entropy_quantile: clipCov chooses its tokens by itself',
    );
  });

  test('choosing an algorithm sets the knobs that it has other defaults for', () => {
    expect(withAlgorithm(defaultConfig, 'gspo')).toMatchObject({ algorithm: 'gspo', epsilon: 3e-4, beta: 0 });
    expect(withAlgorithm(defaultConfig, 'dpo')).toMatchObject({ beta: 0.1, epsilon: 0.2 });
    expect(withAlgorithm({ ...defaultConfig, epsilon: 0.3 }, 'grpo')).toEqual(defaultConfig);
  });
});
