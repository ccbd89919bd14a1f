/**
 * @file "PRDP" (arXiv 2402.08714), its objective only: regressing reward differences has the optimum of reinforcement
 * learning with a KL penalty. The paper's diffusion policy is missing.
 */
import { exactly, exactMetrics } from '../exact.ts';
import { type Arm, everyRun, type Experiment, type Rule } from '../experiment.ts';

const PAIRS = [
  '--num_generations',
  '2',
  '--prompts_per_step',
  '32',
  '--steps',
  '400',
  '--learning_rate',
  '0.002',
  '--beta',
  '0.08',
];
const prdp = ['--algorithm', 'prdp'];

const fresh: Arm = { id: 'prdp', title: 'PRDP', flags: [...PAIRS, ...prdp] };
const stored: Arm = {
  id: 'prdp-stored',
  title: 'PRDP on pairs of the base',
  flags: [...PAIRS, ...prdp, '--rollouts', 'offline', '--set', 'offline_prompts=2048,offline_temperature=3'],
};
const reinforcement: Arm = {
  id: 'rl',
  title: 'Policy gradient with the KL penalty in the reward',
  flags: [],
  note: 'The preset: RLOO, 160 steps of 256 completions where PRDP has 400 of 64.',
};
const single: Arm = {
  id: 'dpo',
  title: 'DPO',
  flags: [...PAIRS, '--algorithm', 'dpo'],
  note: 'The same pairs without the size of the difference. No rule depends on it.',
};

const reaches = ({ id }: Arm, gap: number, distance: number): Rule[] => [
  everyRun(
    id,
    `at least ${100 * gap} % of the gap in E[r] − β KL closed`,
    exactly((e) => e.gapClosed >= gap),
  ),
  everyRun(
    id,
    `total variation to the optimum under ${distance}`,
    exactly((e) => e.totalVariation < distance),
  ),
];

export const paper18: Experiment = {
  id: 'paper-18',
  paper: 18,
  claim:
    'Regressing reward differences on log-likelihood ratios ends at the optimum of reinforcement learning with a KL penalty.',
  method:
    'The objective alone, on letters in place of the paper’s diffusion policy and without its proximal clip. 512 sequences with a reward each; everything is computed over all of them. 400 steps of 32 pairs, β 0.08. That its direction is CoPG’s is a test of the code. The settings were chosen on seed 101.',
  preset: 'exact-seq',
  policies: ['exact-seq'],
  arms: [fresh, stored, reinforcement, single],
  metrics: exactMetrics(
    'gap',
    'kl to optimum',
    'tv',
    'entropy',
    'reward',
    'kl',
    'malformed',
    'base kl to optimum',
    'base tv',
  ),
  comparisons: [{ of: fresh.id, against: reinforcement.id, metric: 'gap' }],
  methodArm: fresh.id,
  power: { of: fresh.id, against: reinforcement.id, metric: 'gap' },
  measure: { metric: 'gap', best: 'highest' },
  rules: [
    everyRun(
      fresh.id,
      'the base is at least 0.5 in total variation from the optimum',
      exactly((e) => e.refTotalVariation >= 0.5),
    ),
    ...reaches(fresh, 0.95, 0.1),
    ...reaches(reinforcement, 0.95, 0.1),
    ...reaches(stored, 0.85, 0.25),
  ],
};
