/**
 * @file "Tapered off-policy REINFORCE" (arXiv 2503.14286): learning from stored rollouts, good and bad, without a KL
 * penalty.
 */
import { pairedAbove } from '../comparison.ts';
import { type Arm, type Comparison, everyRun, type Experiment, type Metric } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { accuracyAfter, accuracyChange, metric } from './measures.ts';

/** 512 prompts with 8 completions of the base each; every one is used about three times. */
const STEPS = ['--steps', '200', '--eval_problems', '128', '--eval_samples', '2', '--rollouts', 'offline'];
const store = (...more: readonly string[]): string[] => ['--set', ['offline_prompts=512', ...more].join(',')];
/** Reward +1 for right, -1 for wrong. */
const SIGNED = ['--reward_weights', 'answer=2'];
const signed = (algorithm: string, settings: readonly string[] = [], rest: readonly string[] = []): string[] => [
  ...STEPS,
  '--algorithm',
  algorithm,
  ...SIGNED,
  ...store('reward_baseline=1', ...settings),
  ...rest,
];

const naive: Arm = {
  id: 'naive',
  title: 'REINFORCE, right +1 and wrong −1',
  flags: signed('reinforce'),
  note: 'Nothing stops a wrong completion from being pushed ever further away.',
};
const topr: Arm = { id: 'topr', title: 'TOPR, right +1 and wrong −1', flags: signed('topr') };
const positives: Arm = {
  id: 'positives',
  title: 'REINFORCE on the right ones alone',
  flags: [...STEPS, '--algorithm', 'reinforce', ...store()],
  note: 'Right is +1 and wrong 0: imitation of what was right.',
};
const truncated: Arm = {
  id: 'tis',
  title: 'Truncated importance sampling',
  flags: signed('reinforce', ['importance_sampling_cap=1'], ['--importance_sampling_correction', 'sequence_truncate']),
  note: 'Every completion counts by how likely the policy still writes it, at most 1.',
};

const points = ({ finalAccuracy, baseAccuracy }: Summary): number => 100 * (finalAccuracy - baseAccuracy);
/** Share of completions that the verifier cannot parse. */
const garbage = ({ finalMethods }: Summary): number =>
  100 * (1 - Object.values(finalMethods).reduce((sum, { share }) => sum + share, 0));

const metrics: readonly Metric[] = [
  accuracyChange,
  accuracyAfter,
  metric('malformed', 'malformed completions, after', '%', 1, garbage),
  metric('entropy', 'entropy on the stored rollouts, last steps', 'nats/token', 3, (s) => s.lastEntropy ?? null),
  metric('greedy', 'greedy accuracy, after', '%', 1, (s) => 100 * s.finalGreedy),
];

const overPositives: Comparison = { of: topr.id, against: positives.id, metric: 'change' };

export const paper58: Experiment = {
  id: 'paper-58',
  paper: 58,
  claim:
    'From stored rollouts of the base, good and bad, plain REINFORCE collapses, TOPR learns, and imitating the good ones alone learns less.',
  method:
    'Sums. 4096 rollouts of the base, 512 prompts, written before step 0; 200 steps of 64 of them, nothing is sampled while training. 128 held-out problems with 2 completions each, the same before and after. No KL penalty anywhere. The settings were chosen on seed 101.',
  preset: 'default',
  policies: ['default'],
  arms: [naive, topr, positives, truncated],
  metrics,
  comparisons: [overPositives, { of: topr.id, against: naive.id, metric: 'change' }],
  methodArm: topr.id,
  measure: { metric: accuracyChange.id, best: 'highest' },
  power: overPositives,
  live: { of: topr.id, against: naive.id, side: 'above', recorded: positives.id },
  rules: [
    everyRun(naive.id, 'held-out accuracy falls by at least 10 points', (s) => points(s) <= -10),
    everyRun(topr.id, 'held-out accuracy rises by at least 20 points', (s) => points(s) >= 20),
    pairedAbove(overPositives, 0, metrics),
  ],
};
