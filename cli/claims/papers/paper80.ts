/**
 * @file "RL with KL penalties is better viewed as Bayesian inference" (arXiv 2205.11275): objectives that end at
 * pi_ref exp(r / beta) / Z for every beta, drawn on the exact frontier of reward and divergence, and beta 0.
 */
import { exactly, exactMetrics } from '../exact.ts';
import { metricEffect } from '../effect.ts';
import { type Arm, everyRun, type Experiment, type ExperimentRun, ours, type Rule, runsOf } from '../experiment.ts';

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

/** The smallest is beyond the paper's question: whether 160 steps are enough where the optimum is nearly one sequence. */
const SMALLEST = '0.02';
const BETAS = ['0.08', '0.05', '0.15', '0.3', SMALLEST] as const;
/** The preset’s coefficient. */
const USUAL = BETAS[0];

/** Ascends E[r] - beta KL(pi, pi_ref), with the divergence of the whole completion in the reward. */
const rloo = (beta: string): Arm => ({ id: `rloo-${beta}`, title: `RLOO, β ${beta}`, flags: ['--beta', beta] });
/** Descends the reverse divergence KL(pi*, pi), whose minimum is the same policy. Choosing it resets beta. */
const gdc = (beta: string): Arm => ({
  id: `gdc-${beta}`,
  title: `GDC, β ${beta}`,
  flags: ['--algorithm', 'gdc', '--beta', beta],
});
const bothAt = (beta: string): readonly Arm[] => [rloo(beta), gdc(beta)];
const penalised: readonly Arm[] = BETAS.flatMap(bothAt);

const unpenalised: Arm = {
  id: 'beta-0',
  title: 'RLOO, β 0',
  flags: ['--beta', '0'],
  note: 'Without the penalty the optimum is the best sequence alone; gap and distances are those to that optimum.',
};
const longer: Arm = {
  id: 'beta-0-longer',
  title: 'RLOO, β 0, 480 steps',
  flags: ['--beta', '0', '--steps', '480', '--lr_scheduler_type', 'constant'],
  note: 'Three times as long, and the rate does not fall.',
};
const published: Arm = {
  id: 'grpo',
  title: 'GRPO as published, k3 in the loss',
  flags: ['--algorithm', 'grpo', '--beta', USUAL],
  note: 'Another penalty, another optimum: the advantage is divided by the deviation of the rewards and the penalty is not. No rule depends on it.',
};

/** Share of the gap closed, and total variation to the optimum, in every run. */
const GAP = 0.9;
const DISTANCE = 0.15;

const reaches = ({ id }: Arm): Rule[] => [
  everyRun(
    id,
    `at least ${100 * GAP} % of the gap in E[r] − β KL closed`,
    exactly((e) => e.gapClosed >= GAP),
  ),
  everyRun(
    id,
    `total variation to the optimum under ${DISTANCE}`,
    exactly((e) => e.totalVariation < DISTANCE),
  ),
];

/** Entropies without the penalty, where training longer did not lower it. */
function stillMoving(runs: readonly ExperimentRun[]): string | null {
  const entropy = metrics.find(({ id }) => id === 'entropy');
  const [short, long] = [unpenalised, longer].map(({ id }) => entropy && metricEffect(entropy, runsOf(runs, id))?.mean);
  if (short === undefined || long === undefined || long <= short) return null;
  return `Without the penalty 480 steps at a constant rate end at ${long.toFixed(2)} nats of entropy, 160 steps at a falling rate at ${short.toFixed(2)} nats: more training did not bring the policy nearer to one sequence.`;
}

export const paper80: Experiment = {
  id: 'paper-80',
  paper: 80,
  claim:
    'For β from 0.05 to 0.3, RL with a KL penalty ends at the base reweighted by exp(reward / β), and so does matching that distribution by importance weights; without the penalty the policy collapses.',
  method:
    'Three letters of eight, 512 sequences with a reward each, all else one outcome with reward 0; base, policy and optimum are computed over all of them, nothing is sampled or held out. The line is the most reward that any policy can have at a divergence. Thresholds were chosen on seed 101; without a sweep every arm has the preset’s learning rate.',
  preset: 'exact-seq',
  policies: ['exact-seq'],
  arms: [...penalised, unpenalised, longer, published],
  metrics,
  finding: stillMoving,
  measure: { metric: 'gap', best: 'highest' },
  sweep: { rates: [0.002, 0.004, 0.008], arms: penalised.map(({ id }) => id) },
  power: { of: `rloo-${USUAL}`, against: unpenalised.id, metric: 'gap' },
  live: { of: `rloo-${USUAL}`, against: unpenalised.id, side: 'above', recorded: published.id },
  figure: { kind: 'pareto', x: 'kl', y: 'reward' },
  preconditions: BETAS.map((beta) =>
    everyRun(
      `rloo-${beta}`,
      'the base is at least 0.15 in total variation from the optimum',
      exactly((e) => e.refTotalVariation >= 0.15),
    ),
  ),
  rules: [
    ...BETAS.filter((beta) => beta !== SMALLEST)
      .flatMap(bothAt)
      .flatMap(reaches),
    ...bothAt(SMALLEST).flatMap(reaches).map(ours),
    everyRun(
      unpenalised.id,
      'entropy falls below a third of the base’s',
      exactly((e, base) => e.entropy < base.entropy / 3),
    ),
    everyRun(
      longer.id,
      'entropy falls below a tenth of the base’s',
      exactly((e, base) => e.entropy < base.entropy / 10),
    ),
  ],
};
