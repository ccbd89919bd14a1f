/**
 * @file "RL with KL penalties is better viewed as Bayesian inference" (arXiv 2205.11275): which objectives end at
 * pi_ref exp(r / beta) / Z, and the effect of beta 0.
 */
import { exactly, exactMetrics } from '../exact.ts';
import { type Arm, everyRun, type Experiment, type Rule } from '../experiment.ts';

const metrics = exactMetrics(
  'gap',
  'tv',
  'entropy',
  'reward',
  'kl',
  'kl to optimum',
  'kl from optimum',
  'base tv',
  'base entropy',
  'malformed',
);

const BETA = '0.08';
/** Choosing an algorithm resets beta to its default, so beta is set again. */
const algorithm = (id: string, ...rest: readonly string[]): string[] => ['--algorithm', id, '--beta', BETA, ...rest];
const klPenalty = (estimator: string, placement: 'loss' | 'reward'): string[] => [
  '--kl_estimator',
  estimator,
  '--kl_placement',
  placement,
];
/** Only the gradient of E[A log pi(y)], with the group's mean as baseline. */
const bare = algorithm('reinforce', '--advantage', 'unscaled');

/** With the divergence of the whole completion in the reward, all of these ascend E[r] - beta KL(pi, pi_ref). */
const sharing: readonly Arm[] = [
  { id: 'rloo', title: 'RLOO, k1 in the reward', flags: [] },
  {
    id: 'reinforce',
    title: 'REINFORCE with a baseline, k1 in the reward',
    flags: [...bare, ...klPenalty('k1', 'reward')],
  },
  { id: 'dr-grpo', title: 'Dr. GRPO, k1 in the reward', flags: algorithm('drGrpo', ...klPenalty('k1', 'reward')) },
  {
    id: 'grpo-reward',
    title: 'GRPO, k1 in the reward',
    flags: algorithm('grpo', ...klPenalty('k1', 'reward')),
    note: 'Dividing by the deviation scales reward and leash alike, so the optimum stays.',
  },
  { id: 'reinforce-pp', title: 'REINFORCE++, k1 in the reward', flags: algorithm('reinforcePlusPlus') },
];

/** Descends the reverse divergence KL(pi*, pi), whose minimum is the same policy. */
const forward: Arm = {
  id: 'gdc',
  title: 'GDC, forward KL by importance weights',
  flags: algorithm('gdc'),
  note: 'Descends KL(π*, π) instead of KL(π, π*); both are least at the same policy.',
};

/** Arms with another optimum, or none, each with the reason; their end is reported and no rule depends on it. */
const others: readonly Arm[] = [
  {
    id: 'exact-loss',
    title: 'Exact KL in the loss',
    flags: [...bare, ...klPenalty('exact', 'loss')],
    note: 'Each position is held to the base by itself; that a letter leads to a larger divergence later does not count against it. Close to the optimum, not at it.',
  },
  {
    id: 'k2-loss',
    title: 'k2 in the loss',
    flags: [...bare, ...klPenalty('k2', 'loss')],
    note: 'On average the gradient of the exact KL in the loss, with more noise.',
  },
  {
    id: 'k3-loss',
    title: 'k3 in the loss',
    flags: [...bare, ...klPenalty('k3', 'loss')],
    note: 'Its gradient is that of the forward KL(pi_ref, pi): another penalty, another optimum.',
  },
  {
    id: 'k1-loss',
    title: 'k1 in the loss',
    flags: [...bare, ...klPenalty('k1', 'loss')],
    note: 'Its expected gradient is zero: no leash at all.',
  },
  {
    id: 'grpo',
    title: 'GRPO as published, k3 in the loss',
    flags: algorithm('grpo'),
    note: 'The advantage is divided by the deviation of the rewards and the leash is not, which makes beta smaller by that factor.',
  },
  { id: 'raft', title: 'RAFT', flags: algorithm('raft'), note: 'Imitates the best of each group; it has no leash.' },
];

const unpenalised: Arm = {
  id: 'beta-0',
  title: 'RLOO, beta 0',
  flags: ['--beta', '0'],
  note: 'Without the leash the optimum is the best sequence alone; gap and distances are those to that optimum.',
};

const reaches = ({ id }: Arm): Rule[] => [
  everyRun(
    id,
    'at least 95 % of the gap in E[r] − β KL closed',
    exactly((e) => e.gapClosed >= 0.95),
  ),
  everyRun(
    id,
    'total variation to the optimum under 0.1',
    exactly((e) => e.totalVariation < 0.1),
  ),
];

export const paper80: Experiment = {
  id: 'paper-80',
  paper: 80,
  claim:
    'RL with a KL penalty ends at the base reweighted by exp(reward / β), and so does matching that distribution by importance weights; without the penalty the policy collapses.',
  method:
    'Three letters of eight, 512 sequences with a reward each, all else one outcome with reward 0; base, policy and optimum are computed over all of them, nothing is sampled or held out. β 0.08. The settings were chosen on seeds 1 and 2.',
  preset: 'exact-seq',
  policies: ['exact-seq'],
  arms: [...sharing, forward, unpenalised, ...others],
  metrics,
  power: { of: 'rloo', against: unpenalised.id, metric: 'gap' },
  measure: { metric: 'gap', best: 'highest' },
  live: { of: 'rloo', against: unpenalised.id, side: 'above', recorded: 'grpo' },
  figure: { kind: 'pareto', x: 'kl', y: 'reward' },
  rules: [
    everyRun(
      'rloo',
      'the base is at least 0.5 in total variation from the optimum',
      exactly((e) => e.refTotalVariation >= 0.5),
    ),
    ...sharing.flatMap(reaches),
    ...reaches(forward),
    everyRun(
      unpenalised.id,
      'entropy falls below 1.5 nats, less than a third of the base’s',
      exactly((e, base) => e.entropy < 1.5 && e.entropy < base.entropy / 3),
    ),
  ],
};
