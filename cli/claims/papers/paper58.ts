/**
 * @file "Tapered off-policy REINFORCE" (arXiv 2503.14286): learning from stored rollouts, good and bad, without a KL
 * penalty, by the share of good ones in the store.
 */
import { metricEffect } from '../effect.ts';
import { type Arm, everyRun, type Experiment, type ExperimentRun, type Metric, ours, runsOf } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { differs } from './difference.ts';
import { accuracyAfter, accuracyChange, metric, percent } from './measures.ts';

/** Percent of right completions in the store. */
const SHARES = [5, 50] as const;
type Share = (typeof SHARES)[number];
/** The least balanced store, where the method must use wrong rollouts. */
const FEWEST = SHARES[0];

/** 256 pairs of completions are written, 64 kept; every kept pair is used 40 times. */
const common = [
  '--steps',
  '80',
  '--learning_rate',
  '0.0005',
  '--num_generations',
  '2',
  '--prompts_per_step',
  '32',
  '--eval_problems',
  '128',
  '--eval_samples',
  '4',
  '--rollouts',
  'offline',
];
const store = (share: Share, ...more: readonly string[]): string[] => [
  '--set',
  ['offline_prompts=256', `offline_right_share=${share / 100}`, ...more].join(','),
];
/** Reward +1 for right, -1 for wrong. */
const signed = (algorithm: string, share: Share, ...settings: readonly string[]): string[] => [
  ...common,
  '--algorithm',
  algorithm,
  '--reward_weights',
  'answer=2',
  ...store(share, 'reward_baseline=1', ...settings),
];

const naive = (share: Share): Arm => ({
  id: `naive-${share}`,
  title: `REINFORCE, ${share} % right`,
  flags: signed('reinforce', share),
});
const topr = (share: Share): Arm => ({
  id: `topr-${share}`,
  title: `TOPR, ${share} % right`,
  flags: signed('topr', share),
});
const positives = (share: Share): Arm => ({
  id: `positives-${share}`,
  title: `The right ones alone, ${share} % right`,
  flags: [...common, '--algorithm', 'reinforce', ...store(share)],
});
const truncated = (share: Share): Arm => ({
  id: `tis-${share}`,
  title: `Truncated importance sampling, ${share} % right`,
  flags: [
    ...signed('reinforce', share, 'importance_sampling_cap=1'),
    '--importance_sampling_correction',
    'sequence_truncate',
  ],
});
const families = [naive, positives, truncated, topr];

const points = ({ finalAccuracy, baseAccuracy }: Summary): number => 100 * (finalAccuracy - baseAccuracy);
/** Share of completions that the verifier cannot parse. */
const garbage = ({ finalMethods }: Summary): number =>
  100 * (1 - Object.values(finalMethods).reduce((sum, { share }) => sum + share, 0));

const metrics: readonly Metric[] = [
  accuracyAfter,
  accuracyChange,
  metric('share', 'right completions in the store', '%', 0, (s) => percent(s.config?.settings.offline_right_share)),
  metric('malformed', 'malformed completions, after', '%', 1, garbage),
  metric('entropy', 'entropy on the stored rollouts, last steps', 'nats/token', 3, (s) => s.lastEntropy ?? null),
  metric('greedy', 'greedy accuracy, after', '%', 1, (s) => 100 * s.finalGreedy),
];

/** The best arm at each other share: the experiment's measure compares the arms at `FEWEST`. */
function bestAtOtherShares(runs: readonly ExperimentRun[]): string | null {
  const ends = SHARES.filter((share) => share !== FEWEST).flatMap((share) => {
    const arms = families.flatMap((family) => {
      const { id, title } = family(share);
      const effect = metricEffect(accuracyAfter, runsOf(runs, id));
      return effect ? [{ title, mean: effect.mean }] : [];
    });
    const [best] = arms.toSorted((a, b) => b.mean - a.mean);
    const own = metricEffect(accuracyAfter, runsOf(runs, topr(share).id));
    return best && own
      ? [`${best.title}, ends best at ${best.mean.toFixed(1)} %, TOPR at ${own.mean.toFixed(1)} %`]
      : [];
  });
  return ends.length === 0 ? null : `${ends.join('; ')}.`;
}

export const paper58: Experiment = {
  id: 'paper-58',
  paper: 58,
  claim: `From stored rollouts of the base plain REINFORCE collapses where most are wrong; TOPR learns whatever the share of right ones, and from few right ones learns more than imitating them alone.`,
  method:
    'Sums that the base works out and of which it gets a quarter right. 128 rollouts of it, written before step 0 and chosen so that a given share is right; 80 steps of 64 of them, nothing is sampled while training. Right counts +1 and wrong −1; the right ones alone +1 and 0. 128 held-out problems with 4 completions each, the same before and after. No KL penalty anywhere. Sizes and rate were chosen on seed 101, the same for every arm.',
  preset: 'default',
  policies: ['mistakes'],
  arms: SHARES.flatMap((share) => families.map((family) => family(share))),
  metrics,
  comparisons: SHARES.flatMap((share) =>
    [positives, truncated, naive].map((family) => ({
      of: topr(share).id,
      against: family(share).id,
      metric: accuracyAfter.id,
    })),
  ),
  finding: bestAtOtherShares,
  methodArm: topr(FEWEST).id,
  measure: { metric: accuracyAfter.id, best: 'highest', arms: families.map((family) => family(FEWEST).id) },
  power: { of: topr(FEWEST).id, against: positives(FEWEST).id, metric: accuracyAfter.id },
  live: { of: topr(FEWEST).id, against: naive(FEWEST).id, side: 'above', recorded: positives(FEWEST).id },
  figure: { kind: 'pareto', x: 'share', y: accuracyAfter.id },
  preconditions: [
    everyRun(
      topr(FEWEST).id,
      'headroom: the base has 15 to 60 % right',
      ({ baseAccuracy }) => baseAccuracy >= 0.15 && baseAccuracy <= 0.6,
    ),
    everyRun(
      topr(FEWEST).id,
      'one method: the base works out at least 99 %',
      ({ baseMethods }) => (baseMethods.worked?.share ?? 0) >= 0.99,
    ),
  ],
  rules: [
    everyRun(naive(FEWEST).id, 'held-out accuracy falls by at least 10 points', (s) => points(s) <= -10),
    ...SHARES.map((share) =>
      everyRun(topr(share).id, 'held-out accuracy rises by at least 20 points', (s) => points(s) >= 20),
    ),
    differs(topr(FEWEST).id, 'above', positives(FEWEST).id, accuracyAfter),
    ours(differs(topr(FEWEST).id, 'above', truncated(FEWEST).id, accuracyAfter)),
  ],
};
