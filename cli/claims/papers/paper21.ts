/**
 * @file "Contrastive Policy Gradient" (arXiv 2406.19185): with the right baseline it reaches the KL-regularised optimum
 * from another policy's rollouts, without importance weights.
 */
import { exactly, exactMetrics } from '../exact.ts';
import { metricEffect } from '../effect.ts';
import { type Arm, everyRun, type Experiment, type ExperimentRun, ours, type Rule, runsOf } from '../experiment.ts';

/** Pairs of completions, as the contrastive loss needs them; every arm sees the same ones in the same order. */
const PAIRS = ['--num_generations', '2', '--prompts_per_step', '32', '--steps', '400', '--beta', '0.08'];
/** At temperature 3 the base also writes malformed completions, so that the store contains their reward. */
const STORE = 'offline_prompts=2048,offline_temperature=3';
const offline = (algorithm: string, rest: readonly string[] = [], settings = STORE): string[] => [
  ...PAIRS,
  '--algorithm',
  algorithm,
  '--rollouts',
  'offline',
  '--set',
  settings,
  ...rest,
];
/** The current policy's divergence, subtracted from the reward: R - beta log(pi / pi_ref). */
const REGULARISED = ['--kl_estimator', 'k1', '--kl_placement', 'reward'];

const copg: Arm = { id: 'copg', title: 'CoPG', flags: offline('copg') };
const other: Arm = {
  id: 'other',
  title: 'Policy gradient, the other of the pair as baseline',
  flags: offline('reinforce', ['--advantage', 'rloo', ...REGULARISED]),
  note: 'The same gradient by another way. No rule depends on it.',
};
const none: Arm = {
  id: 'no-baseline',
  title: 'Policy gradient, no baseline',
  flags: offline('reinforce', REGULARISED),
  note: 'On its own samples a baseline changes only the noise; on those of another policy it decides where the policy ends.',
};
const weighted: Arm = {
  id: 'weighted',
  title: 'Policy gradient, importance weights up to 10',
  flags: offline(
    'reinforce',
    [...REGULARISED, '--importance_sampling_correction', 'sequence_truncate'],
    `${STORE},importance_sampling_cap=10`,
  ),
  note: 'The way around a wrong baseline that CoPG does without; cut, so that the noise stays bounded. No rule depends on it.',
};
/** Labels drawn with probability σ(r − r′), of which alone DPO’s optimum is that of the KL-regularised reward. */
const DRAWN = `${STORE},bradley_terry_labels=1`;
const dpo: Arm = {
  id: 'dpo',
  title: 'DPO, labels drawn as it assumes',
  flags: offline('dpo', [], DRAWN),
  note: 'It learns which of the two was preferred, not by how much; labels are drawn anew each time a pair is used.',
};
const ipo: Arm = {
  id: 'ipo',
  title: 'IPO, labels drawn',
  flags: offline('ipo', [], DRAWN),
  note: 'Every pair is drawn to the same margin, whatever the rewards.',
};
const certain: Arm = {
  id: 'dpo-certain',
  title: 'DPO, the better one always preferred',
  flags: offline('dpo'),
  note: 'Labels without noise, which its derivation does not assume. No rule depends on it.',
};
const fresh: Arm = {
  id: 'fresh',
  title: 'CoPG on fresh rollouts',
  flags: [...PAIRS, '--algorithm', 'copg'],
  note: 'The same loss where the policy writes the pairs itself. No rule depends on it.',
};

const metrics = exactMetrics(
  'gap',
  'kl to optimum',
  'tv',
  'entropy',
  'reward',
  'kl',
  'malformed',
  'base kl to optimum',
  'base tv',
);

/** Arms that learn from the same stored pairs. */
const stored = [copg, none, dpo, ipo, other, weighted, certain];

const farRule = ({ id }: Arm): Rule =>
  everyRun(
    id,
    'less than 40 % of the gap closed',
    exactly((e) => e.gapClosed < 0.4),
  );

/** The gap that DPO closes with drawn labels and with certain ones, where the first is larger. */
function labelsMatter(runs: readonly ExperimentRun[]): string | null {
  const [gap] = metrics;
  const [assumed, always] = [dpo, certain].map(({ id }) => gap && metricEffect(gap, runsOf(runs, id))?.mean);
  if (assumed === undefined || always === undefined || assumed <= always) return null;
  const percent = (share: number) => `${(100 * share).toFixed(0)} %`;
  return `With labels drawn as it assumes DPO closes ${percent(assumed)} of the gap; with the better one always preferred, ${percent(always)}.`;
}

export const paper21: Experiment = {
  id: 'paper-21',
  paper: 21,
  claim:
    'Contrasting the regularised rewards of two completions comes to the optimum from rollouts of another policy, without importance weights; without that baseline it is not reached.',
  method:
    'Three letters of eight, 512 sequences with a reward each; everything is computed over all of them. 2048 pairs, written before step 0 by the base at temperature 3; 400 steps of 32 of them, β 0.08. Each arm has the learning rate that closed most of the gap on seed 101.',
  preset: 'exact-seq',
  policies: ['exact-seq'],
  arms: [copg, none, dpo, ipo, other, weighted, certain, fresh],
  metrics,
  comparisons: [none, dpo, ipo].map(({ id }) => ({ of: copg.id, against: id, metric: 'gap' })),
  finding: labelsMatter,
  methodArm: copg.id,
  measure: { metric: 'gap', best: 'highest', arms: stored.map(({ id }) => id) },
  sweep: { rates: [0.001, 0.002, 0.004] },
  power: { of: copg.id, against: dpo.id, metric: 'gap' },
  live: { of: copg.id, against: none.id, side: 'above', recorded: dpo.id },
  preconditions: [
    everyRun(
      copg.id,
      'the base is at least 0.5 in total variation from the optimum',
      exactly((e) => e.refTotalVariation >= 0.5),
    ),
  ],
  rules: [
    everyRun(
      copg.id,
      'at least 85 % of the gap in E[r] − β KL closed',
      exactly((e) => e.gapClosed >= 0.85),
    ),
    everyRun(
      copg.id,
      'total variation to the optimum under 0.25',
      exactly((e) => e.totalVariation < 0.25),
    ),
    farRule(none),
    ours(
      everyRun(
        dpo.id,
        'at least 40 % of the gap closed',
        exactly((e) => e.gapClosed >= 0.4),
      ),
    ),
  ],
};
