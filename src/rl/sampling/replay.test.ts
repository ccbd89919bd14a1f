/**
 * @file Offline rollouts and replay: the store depends on the seed, runs resume exactly, old rollouts have the right
 * ratios, and unsuitable algorithms are refused.
 */
import { afterEach, describe, expect, test } from 'vitest';
import type { TrainConfig } from '../config/config.ts';
import { withAlgorithm } from '../algorithm/configured.ts';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { LocalTrainer } from '../run/localTrainer.ts';
import type { RunSnapshot, StepReport } from '../run/trainer.ts';

const open: LocalTrainer[] = [];
afterEach(async () => {
  await Promise.all(open.splice(0).map((trainer) => trainer.dispose()));
});

async function trainerOf(config: TrainConfig, snapshot?: RunSnapshot): Promise<LocalTrainer> {
  const trainer = tinyTrainer();
  open.push(trainer);
  await trainer.open(config, onNode);
  if (snapshot) await trainer.restore(structuredClone(snapshot));
  return trainer;
}

async function steps(trainer: LocalTrainer, count: number): Promise<StepReport[]> {
  const reports: StepReport[] = [];
  for (let i = 0; i < count; i++) reports.push(await trainer.step());
  return reports;
}

const offline: TrainConfig = { ...tinyConfig, rollouts: 'offline', settings: { offline_prompts: 6 } };
const replay: TrainConfig = { ...tinyConfig, rollouts: 'replay', settings: { replay_steps: 2, replay_share: 0.5 } };

/** Prompts, tokens and sampler's log-probabilities of a step. */
const shown = ({ groups }: StepReport) =>
  groups.map(({ prompt, completions }) => [prompt, completions.map(({ tokenIds, logProbs }) => [tokenIds, logProbs])]);
const texts = (report: StepReport) => shown(report).map((group) => JSON.stringify(group));

describe('offline', () => {
  test('every step uses the same store, each group once per epoch, independent of training', async () => {
    const moved = await steps(await trainerOf(offline), 3);
    const still = await steps(await trainerOf({ ...offline, learningRate: 0 }), 3);
    expect(moved.map(shown)).toEqual(still.map(shown));
    const epochs = moved.flatMap(texts);
    expect(new Set(epochs.slice(0, 6)).size).toBe(6);
    expect(new Set(epochs.slice(6)).size).toBe(6);
    expect(new Set(epochs).size).toBe(6);
    expect(epochs.slice(6)).not.toEqual(epochs.slice(0, 6));
    expect(moved[2]?.metrics).toMatchObject({ 'replay/share': 1, 'replay/staleness': 2 });
    expect(moved[2]?.metrics).not.toHaveProperty('sampling/sampling_logp_difference/mean');
    // The trained policy differs from the writers; the one at learning rate 0 does not.
    expect(moved[2]?.metrics['replay/kl']).not.toBeCloseTo(0, 4);
    expect(still[2]?.metrics['replay/kl']).toBeCloseTo(0, 5);
  });

  test('the same seed gives the same store, another seed a different one', async () => {
    const [one, same, other] = await Promise.all(
      [offline, offline, { ...offline, seed: 2 }].map(async (config) =>
        shown((await steps(await trainerOf(config), 1))[0]!),
      ),
    );
    expect(same).toEqual(one);
    expect(other).not.toEqual(one);
  });

  test('a resumed run is bit-identical: the base samples the same store again', async () => {
    const whole = await trainerOf(offline);
    await steps(whole, 2);
    const resumed = await trainerOf(offline, await whole.snapshot());
    const [a, b] = [await steps(whole, 2), await steps(resumed, 2)];
    expect(b.map(({ metrics }) => timeless(metrics))).toEqual(a.map(({ metrics }) => timeless(metrics)));
    expect(await resumed.adapter()).toEqual(await whole.adapter());
  });

  test('the ratio is relative to the writer, so that GRPO clips; the KL penalty in the reward uses the current policy', async () => {
    const [grpo] = (await steps(await trainerOf({ ...offline, learningRate: 0.02, epsilon: 0.01 }), 4)).slice(-1);
    expect(grpo?.metrics['clip_ratio/region_mean']).toBeGreaterThan(0.05);
    const penalised: TrainConfig = {
      ...withAlgorithm(offline, 'rloo'),
      settings: offline.settings,
      rollouts: 'offline',
      beta: 1,
      klEstimator: 'k2',
      klPlacement: 'reward',
      learningRate: 0.02,
    };
    const reports = await steps(await trainerOf(penalised), 3);
    // The base wrote all rollouts, so the penalty differs from 0 only by the current policy's log-probabilities.
    expect(reports[0]?.metrics['rewards/kl_penalty']).toBeCloseTo(0, 5);
    expect(reports[2]?.metrics['rewards/kl_penalty']).toBeGreaterThan(1e-3);
  });

  test('the importance correction for the sampler weighs old rollouts', async () => {
    const plain: TrainConfig = {
      ...withAlgorithm(offline, 'reinforce'),
      settings: offline.settings,
      learningRate: 0.02,
    };
    const adapters = await Promise.all(
      [plain, { ...plain, importanceCorrection: 'sequence_truncate' }].map(async (config) => {
        const trainer = await trainerOf(config);
        await steps(trainer, 1);
        const first = await trainer.adapter();
        await steps(trainer, 2);
        return [first, await trainer.adapter()] as const;
      }),
    );
    const apart = (at: 0 | 1) => Math.max(...adapters[0]![at].map((x, i) => Math.abs(x - adapters[1]![at][i]!)));
    expect(apart(0)).toBeLessThan(1e-4);
    expect(apart(1)).toBeGreaterThan(1e-3);
  });

  test('pairs and mini-batches come from the store too', async () => {
    for (const config of [
      { ...withAlgorithm(offline, 'dpo'), settings: offline.settings },
      { ...offline, numMinibatches: 2 },
    ]) {
      const [report] = await steps(await trainerOf(config), 1);
      expect(texts(report!).every((group) => group.length > 2)).toBe(true);
      expect(report?.metrics['replay/share']).toBe(1);
    }
  });
});

describe('replay', () => {
  test('half of a step is replayed, at most `replay_steps` old; the first step is all fresh', async () => {
    const reports = await steps(await trainerOf(replay), 4);
    expect(reports[0]?.metrics).not.toHaveProperty('replay/share');
    for (const { metrics } of reports.slice(1)) {
      expect(metrics['replay/share']).toBe(0.5);
      expect(metrics['replay/staleness']).toBeGreaterThanOrEqual(1);
      expect(metrics['replay/staleness']).toBeLessThanOrEqual(2);
      expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-3);
    }
    const earlier = new Set(reports.slice(0, 1).flatMap(texts));
    expect(texts(reports[1]!).filter((group) => earlier.has(group))).toHaveLength(2);
  });

  test('a snapshot holds the kept rollouts, so that a resumed run equals the unbroken one', async () => {
    const whole = await trainerOf(replay);
    await steps(whole, 3);
    const snapshot = await whole.snapshot();
    // Two steps of two fresh groups of four.
    expect(snapshot.kept).toHaveLength(16);
    const resumed = await trainerOf(replay, snapshot);
    const [a, b] = [await steps(whole, 2), await steps(resumed, 2)];
    expect(b.map(shown)).toEqual(a.map(shown));
    expect(b.map(({ metrics }) => timeless(metrics))).toEqual(a.map(({ metrics }) => timeless(metrics)));
    expect(await resumed.adapter()).toEqual(await whole.adapter());
  });

  test('a reset drops kept rollouts, and a snapshot with a damaged rollout is refused by its field', async () => {
    const trainer = await trainerOf(replay);
    const first = await steps(trainer, 2);
    const snapshot = await trainer.snapshot();
    await trainer.reset();
    expect((await steps(trainer, 2)).map(shown)).toEqual(first.map(shown));
    const kept = snapshot.kept!.map((rollout, i) =>
      i === 5 ? { ...rollout, logprobs: rollout.logprobs.slice(1) } : rollout,
    );
    await expect(trainer.restore({ ...snapshot, kept })).rejects.toThrow(
      /^snapshot: kept\.5: logprobs: \d+ numbers are needed/,
    );
    const inverted = snapshot.kept!.map((rollout, i) =>
      i === 5 ? { ...rollout, reward: 1 - (rollout.reward ?? 0) } : rollout,
    );
    await expect(trainer.restore({ ...snapshot, kept: inverted })).rejects.toThrow(
      /^snapshot: kept\.5: reward: [01] where the terms of the run pay [01]$/,
    );
    await expect(trainer.restore({ ...snapshot, kept: kept.slice(0, 3) })).rejects.toThrow(
      'snapshot: kept.0: prompt: groups of 4 completions',
    );
  });
});

describe('an algorithm that needs fresh rollouts', () => {
  test.each([
    ['sft', 'rollouts: sft imitates demonstrations and learns from no rollouts; it needs fresh ones'],
    ['gdc', 'rollouts: gdc weighs completions as samples of the policy itself; it needs fresh ones'],
  ])('%s is refused with a reason', async (id, words) => {
    await expect(trainerOf({ ...withAlgorithm(tinyConfig, id), rollouts: 'offline' })).rejects.toThrow(words);
    await expect(trainerOf({ ...withAlgorithm(tinyConfig, id), rollouts: 'replay' })).rejects.toThrow(words);
  });

  test('so is an advantage estimator, for every algorithm', async () => {
    await expect(trainerOf({ ...tinyConfig, advantage: 'matching', rollouts: 'offline' })).rejects.toThrow(
      'rollouts: grpo weighs completions',
    );
  });
});
