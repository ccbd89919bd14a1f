/**
 * @file Rules on letters learnt in order, each left at equal accuracy: arms and numbers of the papers on forgetting,
 * which disagree on the KL penalty.
 */
import { mean } from '../../../src/lib/statistics.ts';
import { metricEffect } from '../effect.ts';
import { type Arm, type ExperimentRun, type Metric, type Rule, runsOf } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { metric, percent } from './measures.ts';

/** Difficulties of the task: learnt in this order; then those that no arm trains on. */
export const LEARNT = [1, 2, 3, 4] as const;
const UNTRAINED = [5, 6, 7] as const;
/** Learnt before the last. */
const EARLIER = LEARNT.slice(0, -1);

const common = ['--task', 'strings7', '--difficulty', '4', '--lowest_difficulty', '1', '--retention'];
const sizes = ['--prompts_per_step', '8', '--num_generations', '8', '--lora_rank', '32', '--lora_alpha', '32'];
const shared = [...common, ...sizes, '--max_steps', '320', '--eval_problems', '224', '--eval_samples', '4'];
const IN_ORDER = ['--prompt_sampler', 'in_order', '--pass_rate_max', '0.8'];

const arm = (id: string, title: string, rate: number, flags: readonly string[], note?: string): Arm => ({
  id,
  title,
  flags: [
    ...shared,
    ...(flags.includes('--prompt_sampler') ? [] : IN_ORDER),
    ...flags,
    '--learning_rate',
    String(rate),
  ],
  ...(note === undefined ? {} : { note }),
});
const sft = (way: number): string[] => ['--algorithm', 'sft', '--set', `demonstration_method=${way}`];

export const grpo = (beta: string): Arm => arm(`grpo-${beta}`, `GRPO, β ${beta}`, 0.0005, ['--beta', beta]);
/** At twice the rate that keeps most. */
export const fast = (beta: string): Arm =>
  arm(`fast-${beta}`, `GRPO, β ${beta}, twice the rate`, 0.001, ['--beta', beta]);
export const sftExpert = arm(
  'sft-expert',
  'SFT, another’s way',
  0.004,
  sft(3),
  'Right working and answers in a way that the base never writes.',
);
export const sftLabels = arm(
  'sft-labels',
  'SFT, answers alone',
  0.001,
  sft(2),
  'As in data sets of labels: the right answer without working, which the base writes in a fifth of its completions.',
);
export const sftOwn = arm(
  'sft-own',
  'SFT, the base’s way',
  0.001,
  sft(1),
  'Right working and answers in the way that the base mostly writes.',
);
export const replayed = arm('replay', 'GRPO, β 0, twice the rate, replay', 0.001, [
  '--beta',
  '0',
  '--prompt_sampler',
  'in_order_replayed',
  '--pass_rate_max',
  '0.8',
]);
export const multitask = arm(
  'multitask',
  'GRPO, β 0, all four at once',
  0.0005,
  ['--beta', '0', '--prompt_sampler', 'uniform', '--stop_accuracy', '0.85'],
  'Nothing is learnt before anything else, so nothing can be forgotten: the ceiling.',
);

type Retention = NonNullable<Summary['retention']>;
type What = 'sampled' | 'steps';

const over = (levels: readonly number[], at: Retention[number] | undefined, what: What): number | null => {
  const shares = levels.flatMap((level) => at?.levels[level]?.[what] ?? []);
  return shares.length === levels.length ? mean(shares) : null;
};
/** Measurement after a rule was left; undefined for a run that asks all at once. */
const left = ({ retention = [] }: Summary, level: number): Retention[number] | undefined =>
  retention.length === LEARNT.length + 1 ? retention[level] : undefined;
const atEnd = ({ retention = [] }: Summary): Retention[number] | undefined => retention.at(-1);

/** Mean over the earlier rules of the share when the rule was left, less the share at the end; in points. */
function lossOf(summary: Summary, what: What): number | null {
  const losses = EARLIER.flatMap((level) => {
    const [then, now] = [over([level], left(summary, level), what), over([level], atEnd(summary), what)];
    return then === null || now === null ? [] : [100 * (then - now)];
  });
  return losses.length === EARLIER.length ? mean(losses) : null;
}

export const kept = metric('kept', 'accuracy on the three earlier rules, at the end', '%', 1, (s) =>
  percent(over(EARLIER, atEnd(s), 'sampled') ?? undefined),
);
export const lost = metric('lost', 'accuracy lost on earlier rules', 'points', 1, (s) => lossOf(s, 'sampled'));
export const stepsLost = metric('steps lost', 'right working lost on earlier rules', 'points', 1, (s) =>
  lossOf(s, 'steps'),
);
/** The equal accuracy at which arms are compared. */
export const learnt = metric('learnt', 'accuracy on a rule when it is left', '%', 1, (s) => {
  const shares = LEARNT.flatMap((level) => over([level], left(s, level), 'sampled') ?? []);
  return shares.length === LEARNT.length ? 100 * mean(shares) : null;
});
const untrained = metric('untrained', 'change on three rules never trained', 'points', 1, (s) => {
  const [before, after] = [s.retention?.[0], atEnd(s)].map((at) => over(UNTRAINED, at, 'sampled'));
  return before === null || after === null || before === undefined || after === undefined
    ? null
    : 100 * (after - before);
});
export const divergence = metric('kl', 'KL from the base', 'nats', 2, (s) => atEnd(s)?.kl ?? null);
const steps = metric('steps', 'steps until all four are learnt', 'steps', 0, (s) => s.steps);

export const figures: readonly Metric[] = [kept, lost, learnt, untrained, divergence, stepsLost, steps];

const stages = ['base', ...LEARNT.map((level) => `after rule ${level}`)];
const cellId = (stage: number, level: number): string => `stage ${stage} rule ${level}`;
const levels = [...LEARNT, ...UNTRAINED];

/** Accuracy by stage and rule. */
export const cells: readonly Metric[] = stages.flatMap((title, stage) =>
  levels.map((level) =>
    metric(cellId(stage, level), `rule ${level}, ${title}`, '%', 0, (s) =>
      percent(over([level], stage === 0 ? s.retention?.[0] : left(s, stage), 'sampled') ?? undefined),
    ),
  ),
);
export const matrix = {
  kind: 'matrix',
  columns: levels.map((level) => `rule ${level}`),
  rows: stages.map((title, stage) => ({ title, metrics: levels.map((level) => cellId(stage, level)) })),
} as const;

export const meanOf = (of: Metric, runs: readonly ExperimentRun[], { id }: Pick<Arm, 'id'>): number | null =>
  metricEffect(of, runsOf(runs, id))?.mean ?? null;

/** Both claims on KL and forgetting, with the numbers of the runs. */
export function disagreement(runs: readonly ExperimentRun[]): readonly string[] {
  const number = (of: Metric, which: Arm): string => {
    const value = meanOf(of, runs, which);
    return value === null ? 'not measured' : `${value.toFixed(of.digits)} ${of.unit}`;
  };
  const loses = (which: Arm) => `${which.title} loses ${number(lost, which)} at ${number(divergence, which)}`;
  return [
    'Paper 2 says: RFT forgets less than SFT, and the KL penalty is not the reason.',
    'Paper 8 says: RFT forgets less than SFT only with the KL penalty; without it, it forgets more.',
    `Here: ${[sftExpert, sftLabels, sftOwn, grpo('0'), grpo('0.1'), fast('0'), fast('0.1')]
      .filter(({ id }) => runsOf(runs, id).length > 0)
      .map(loses)
      .join('; ')}.`,
  ];
}

const BASE_RATES = [0.15, 0.75] as const;

/** Every rule is neither out of the base's reach nor known, and nobody showed it the expert's way. */
export const preconditions: readonly Rule[] = [
  {
    rule: `the base answers each of the seven rules right in ${BASE_RATES.map((rate) => 100 * rate).join(' to ')} % of completions, and each problem within four tries in over half of them`,
    holds: (runs) =>
      runs.length > 0 &&
      runs.every(({ summary: { baseLevels = {} } }) =>
        levels.every((level) => {
          const { sampled = 0, solved = 0 } = baseLevels[level] ?? {};
          return sampled >= BASE_RATES[0] && sampled <= BASE_RATES[1] && solved > 0.5;
        }),
      ),
  },
  {
    rule: 'the base writes the other’s way in under 1 % of completions',
    holds: (runs) => runs.length > 0 && runs.every(({ summary }) => (summary.baseMethods['expert']?.share ?? 0) < 0.01),
  },
];

/** The most by which arms may differ in accuracy when a rule is left. */
const ALIKE = 10;
export const equallyLearnt = (arms: readonly Arm[]): Rule => ({
  rule: `${arms.map(({ id }) => `{${id}}`).join(', ')}: rules are left at accuracies within ${ALIKE} points of each other`,
  holds(runs) {
    const ends = arms.map((which) => meanOf(learnt, runs, which));
    const known = ends.filter((end) => end !== null);
    return known.length === arms.length && Math.max(...known) - Math.min(...known) <= ALIKE;
  },
});
