/** @file Runs on several slots: two policies that judge each other, all weights, and a reward head learned from pairs. */
import { afterEach, describe, expect, test } from 'vitest';
import { movedPolicy, policyOf } from '../../../testing/slots.ts';
import { type Place, slotsContext, type SlotsRun } from '../../../testing/slotsRun.ts';
import { tinyConfig } from '../../../testing/tinyRun.ts';
import { random } from '../../lib/random.ts';
import { loraTargets } from '../../policy/loraConfig.ts';
import { sums } from '../../tasks/sums.ts';
import type { Task } from '../../tasks/task.ts';
import { renamed } from '../learner/renamed.ts';
import { sampleTrajectories } from '../sampling/rollouts.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import type { StepContext } from './context.ts';
import { learnReward, slotReward } from './slotReward.ts';
import { wholeStep } from './trainStep.ts';

const lora = { set: { kind: 'lora', lora: { rank: 4, alpha: 8, targets: loraTargets } } } as const;

/** Sums, rewarded by the model in a slot alone. */
const judgedBy = (slot: string): Task => ({
  ...sums,
  rewardTerms: [
    {
      id: 'model',
      label: 'model',
      summary: 'The score of a slot.',
      defaultWeight: 1,
      model: slot,
      score: () => Number.NaN,
    },
  ],
});

const config = {
  ...tinyConfig,
  rewardWeights: {},
  promptsPerStep: 8,
  numGenerations: 8,
  shardSize: 32,
  learningRate: 0.02,
};

let context: StepContext | null = null;
async function opened(place: Place, run: SlotsRun): Promise<StepContext> {
  context = await slotsContext(place, run);
  return context;
}
afterEach(async () => {
  await context?.learner.dispose();
  context = null;
});

/** Mean rewards of the steps from `first` up to `end`. */
async function rewardsOf(of: StepContext, first: number, end: number): Promise<number[]> {
  const rewards: number[] = [];
  for (let step = first; step < end; step++) rewards.push((await wholeStep(of, step)).metrics.reward ?? Number.NaN);
  return rewards;
}

const places = ['node', 'wasm', 'device'] as const;

describe.each(places)('two policies on %s', (place) => {
  test('one is trained towards the judgement of the other, then they change places; the judge stays bit for bit', async () => {
    const run = await opened(place, { config, task: judgedBy('judge'), slots: { policy: lora, judge: lora } });
    const { learner } = run;
    const stream = random('a judge of its own mind');
    const judge = policyOf(movedPolicy(await learner.state(), (x) => x + 0.3 * stream.normal()));
    await learner.restore({ judge });
    const first = await learner.state();

    const rewards = await rewardsOf(run, 0, 8);
    const second = await learner.state();
    expect(second.judge).toEqual(first.judge);
    expect(second.policy).not.toEqual(first.policy);
    expect(second.policy?.updates).toBe(8);
    // Mean log-probability of a token under the judge, nats.
    expect(rewards.at(-1)!).toBeGreaterThan(rewards[0]! + 0.2);

    const swapped = { ...run, learner: renamed(learner, { policy: 'judge', judge: 'policy' }) };
    const answers = await rewardsOf(swapped, 8, 11);
    const third = await learner.state();
    expect(third.policy).toEqual(second.policy);
    expect(third.judge?.updates).toBe(3);
    expect(third.judge).not.toEqual(second.judge);
    expect(answers.every(Number.isFinite)).toBe(true);
    expect(await swapped.learner.state()).toEqual({ policy: third.judge, judge: third.policy });
  });
});

test('a term whose slot the run lacks is refused by name', async () => {
  const run = await opened('node', { config, task: judgedBy('judge'), slots: { policy: lora } });
  await expect(wholeStep(run, 0)).rejects.toThrow('reward term: this run has no slot "judge"');
});

describe.each(places)('all weights on %s', (place) => {
  test('are the base at first, learn the format as an adapter does, and leave the base as it is', async () => {
    const formats = { ...config, rewardWeights: { format: 1 }, learningRate: 0.01 };
    const run = await opened(place, { config: formats, task: sums, slots: { policy: { set: { kind: 'full' } } } });
    const { learner, promptLength, completionLength } = run;
    const stream = random('tokens');
    const length = promptLength + completionLength;
    const tokens = Int32Array.from({ length: 5 * length }, () => stream.integer(4, 60));
    const batch = { rows: 5, tokenIds: tokens, temperature: 1 };
    const base = await learner.read(batch, 'base');
    expect(await learner.read(batch, 'policy')).toEqual(base);

    const rewards = await rewardsOf(run, 0, 10);
    const mean = (of: number[]) => of.reduce((a, b) => a + b, 0) / of.length;
    expect(mean(rewards.slice(-3))).toBeGreaterThan(mean(rewards.slice(0, 2)) + 0.2);
    expect(await learner.read(batch, 'base')).toEqual(base);
    const { logProbs } = await learner.read(batch, 'policy');
    expect(logProbs.some((x, i) => Math.abs(x - (base.logProbs[i] as number)) > 0.1)).toBe(true);
  });
});

describe.each(places)('a reward head on %s', (place) => {
  /** The hidden preference: of ended completions, the one whose last digit is larger. */
  const lastDigit = ({ text, terminated }: Trajectory): number =>
    terminated && /\d$/.test(text) ? Number(text.at(-1)) : -1;

  async function pairsOf(run: StepContext, key: string, seed: number) {
    const examples = Array.from({ length: 24 }, (_, i) => sums.example(random(key, seed, i), 'train', 2));
    const written = await sampleTrajectories(run, examples, {
      key: [key, seed],
      samples: 48,
      temperature: 1,
      slot: 'base',
    });
    const ended = written.filter((trajectory) => lastDigit(trajectory) >= 0);
    return Array.from({ length: ended.length >> 1 }, (_, i) => ended.slice(2 * i, 2 * i + 2))
      .map((pair) => pair.toSorted((x, y) => lastDigit(y) - lastDigit(x)) as [Trajectory, Trajectory])
      .filter(([chosen, rejected]) => lastDigit(chosen) > lastDigit(rejected));
  }

  test.each([1, 2, 3])('ranks held-out pairs after learning from others, and pays a policy, seed %i', async (seed) => {
    const head = { set: { kind: 'head' }, algorithm: { id: 'bradley_terry' }, reference: false } as const;
    const run = await opened(place, {
      config: { ...config, seed },
      task: judgedBy('reward'),
      slots: { policy: lora, reward: head },
    });
    const [train, heldOut] = [await pairsOf(run, 'train', seed), await pairsOf(run, 'held out', seed)];
    expect(heldOut.length).toBeGreaterThan(100);
    const accuracy = async () => {
      const score = slotReward(run);
      const [chosen, rejected] = [0, 1].map((side) => heldOut.map((pair) => pair[side as 0 | 1]));
      const [a, b] = [await score('reward', chosen!), await score('reward', rejected!)];
      return a.filter((x, i) => x > (b[i] as number)).length / a.length;
    };
    expect(await accuracy()).toBe(0);
    const losses: number[] = [];
    for (let epoch = 0; epoch < 60; epoch++)
      losses.push((await learnReward(run, 'reward', train, { learningRate: 0.2, maxGradNorm: 10 })).loss);
    expect(losses[0]).toBeCloseTo(Math.LN2, 4);
    const found = await accuracy();
    expect(found).toBeGreaterThan(0.9);

    const before = (await run.learner.state()).reward;
    const rewards = await rewardsOf(run, 0, 8);
    expect(rewards.at(-1)!).toBeGreaterThan(rewards[0]! + 1);
    expect((await run.learner.state()).reward).toEqual(before);
  });
});
