/** @file All charts in their order; titles, units and formulas come from the table of metrics. */
import { choices } from '../rl/config/choices.ts';
import { NO_PRIOR_PROMPT } from '../rl/prompts/priorPrompt.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { promptSamplerById } from '../rl/prompts/index.ts';
import { levelsOf } from '../rl/prompts/levels.ts';
import { isBandit } from '../rl/prompts/sec.ts';
import { metrics, type MetricName, passSizes } from '../rl/metrics/catalogue.ts';
import { everywhere } from '../lib/statistics.ts';
import { scoredTerms } from '../rl/rewards/composition.ts';
import { termsOf } from '../rl/rewards/sharedTerms.ts';
import type { Task } from '../tasks/task.ts';
import type { Series } from '../ui/charts/series.ts';
import { text } from '../ui/text.ts';

export interface ChartSpec {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  readonly formula?: string;
  readonly series: readonly Series[];
  readonly floor?: readonly [number, number];
  readonly note?: string;
  /** Draws the current run only: its values are not comparable between runs. */
  readonly isAlone?: boolean;
  /** Size in the grid of the middle column. */
  readonly size: 'wide' | 'half' | 'narrow' | 'broad';
}

const line = (name: MetricName, color: string, extra: Partial<Series> = {}): Series => ({
  key: name,
  label: metrics[name].label,
  unit: metrics[name].unit,
  color,
  draw: 'line',
  ...extra,
});

/** A chart with title and explanation of its first metric. */
function chart(
  id: string,
  title: string | null,
  size: ChartSpec['size'],
  series: readonly Series[],
  extra: Partial<ChartSpec> = {},
): ChartSpec {
  const metric = metrics[series[0]?.key as MetricName];
  return { id, title: title ?? metric.label, summary: metric.summary, formula: metric.formula, series, size, ...extra };
}

const first: readonly ChartSpec[] = [
  chart(
    'reward',
    null,
    'wide',
    [
      line('reward', 'var(--reward)', { range: 'reward', rangeLabel: text.charts.spread }),
      {
        key: 'eval/sampled',
        label: text.heldOut.sampled,
        unit: 'share',
        color: 'var(--heldout)',
        draw: 'points',
        range: 'eval/sampled',
        rangeLabel: text.charts.interval,
        sparse: true,
      },
      {
        key: 'eval/greedy',
        label: text.heldOut.greedy,
        unit: 'share',
        color: 'var(--other-soft)',
        draw: 'dashed',
        sparse: true,
        joined: true,
      },
    ],
    { floor: [0, 1] },
  ),
  chart('kl', null, 'half', [line('kl_exact', 'var(--kl)')], { floor: [0, 0.05] }),
  chart('entropy', null, 'half', [line('entropy', 'var(--entropy)')], { floor: [0, 0.2] }),
];

const length = chart(
  'length',
  text.charts.length,
  'narrow',
  [line('completions/mean_length', 'var(--other)', { label: 'Mean', range: 'length', rangeLabel: text.charts.range })],
  { floor: [0, 4] },
);

const more: readonly ChartSpec[] = [
  chart(
    'spread',
    text.charts.flat,
    'half',
    [
      line('frac_reward_zero_std', 'var(--other)', { label: 'All the same' }),
      line('frac_groups_all_right', 'var(--positive)', { label: 'All right', draw: 'dashed' }),
      line('frac_groups_all_wrong', 'var(--negative)', { label: 'All wrong', draw: 'dashed' }),
    ],
    { floor: [0, 1] },
  ),
  chart('grad-norm', null, 'half', [line('grad_norm', 'var(--other)', { label: 'Before clipping' })]),
  chart(
    'clip',
    'Clipped tokens',
    'half',
    [
      line('clip_ratio/region_mean', 'var(--other)'),
      line('clip_ratio/high_mean', 'var(--positive)', { draw: 'dashed' }),
      line('clip_ratio/low_mean', 'var(--negative)', { draw: 'dashed' }),
    ],
    { floor: [0, 0.01] },
  ),
  chart(
    'ratio',
    text.charts.ratio,
    'half',
    [
      line('policy_ratio/max', 'var(--positive)', { label: 'Most' }),
      line('policy_ratio/min', 'var(--negative)', { label: 'Least' }),
    ],
    { floor: [0.99, 1.01] },
  ),
  chart('kl-step', null, 'half', [line('approx_kl', 'var(--kl)')], { floor: [-0.001, 0.001] }),
  chart(
    'sampler',
    null,
    'half',
    [
      line('sampling/sampling_logp_difference/mean', 'var(--other)', { label: 'Mean' }),
      line('sampling/sampling_logp_difference/max', 'var(--other-soft)', { label: 'Largest', draw: 'dashed' }),
    ],
    { floor: [0, 1e-6] },
  ),
  chart('kl-sampled', null, 'half', [line('kl', 'var(--kl)')], { floor: [0, 0.05] }),
  chart('reward-std', null, 'half', [line('reward_std', 'var(--reward)')], { floor: [0, 0.2] }),
];

/** For runs whose rollouts are not all fresh. */
const replayed: readonly ChartSpec[] = [
  chart('staleness', null, 'half', [line('replay/staleness', 'var(--other)')], { floor: [0, 4] }),
  chart('drift', null, 'half', [line('replay/kl', 'var(--kl)', { bounds: everywhere })], { floor: [0, 0.05] }),
];

/** Difficulties of the prompts, and whether a bandit chooses among them. */
interface Curriculum {
  readonly levels: readonly number[];
  readonly bandit: boolean;
}

/** The curriculum of a run, or null if all prompts have one difficulty. */
function curriculumOf(task: Task | undefined, config: TrainConfig | null): Curriculum | null {
  if (!task || !config || !promptSamplerById(config.promptSampler).mixed) return null;
  return { levels: levelsOf(task, config), bandit: isBandit(config.promptSampler) };
}

/** Colour of a run in charts and list. */
export const runColor = (color: number): string => `var(--run-${(color % 6) + 1})`;

/** Colour of the method at this place in the task's list. */
export const methodColor = (index: number): string => `var(--method-${(index % 5) + 1})`;

function methodsChart(task: Task): ChartSpec {
  const shares = task.methods.map((method, index): Series => ({
    key: `methods/${method.id}/share`,
    label: method.label,
    unit: 'share',
    color: methodColor(index),
    draw: 'share',
  }));
  const accuracies = task.methods.map((method, index): Series => ({
    key: `methods/${method.id}/accuracy`,
    label: text.charts.accuracy,
    unit: 'share',
    color: methodColor(index),
    draw: 'line',
    joined: true,
  }));
  return {
    id: 'methods',
    title: text.charts.methods,
    summary: text.charts.methodsSummary,
    series: shares.flatMap((share, index) => [share, ...accuracies.slice(index, index + 1)]),
    floor: [0, 1],
    note: task.methodNote ?? text.methodNote,
    size: 'broad',
  };
}

/** One line per reward term: terms of the task, shared terms with a weight, terms of the user. */
function termsChart(task: Task, ownTerms: readonly string[], config: TrainConfig | null): ChartSpec {
  const scored = config
    ? scoredTerms(task, config)
        .filter(({ own }) => !own)
        .map(({ id }) => id)
    : task.rewardTerms.map(({ id }) => id);
  const terms = [
    ...termsOf(task).filter(({ id }) => scored.includes(id)),
    ...ownTerms.map((id) => ({ id, label: id })),
  ];
  const series = terms.map(({ id, label }, index): Series => ({
    key: `rewards/${id}/mean`,
    label,
    unit: '',
    color: methodColor(index),
    draw: index < 4 ? 'line' : 'dashed',
  }));
  return {
    id: 'reward-terms',
    title: text.charts.terms,
    summary: text.charts.termsSummary,
    series,
    floor: [0, 1],
    size: 'half',
  };
}

/** pass@k of the training prompts, for each k up to the group size. */
function passChart(groupSize: number): ChartSpec {
  const series = passSizes(groupSize).map((k, index): Series => ({
    key: `pass@${k}`,
    label: `k = ${k}`,
    unit: 'share',
    color: methodColor(index),
    draw: 'line',
  }));
  return {
    id: 'pass-at-k',
    title: text.charts.pass,
    summary: text.charts.passSummary,
    formula: '1 − C(n − c, k) / C(n, k)',
    series,
    floor: [0, 1],
    size: 'half',
  };
}

/** Charts by difficulty: share of the prompts, training accuracy, held-out accuracy, values of the bandit. */
function levelCharts({ levels, bandit }: Curriculum): readonly ChartSpec[] {
  const series = (key: (level: number) => string, of: Partial<Series>) =>
    levels.map((level, index): Series => ({
      key: key(level),
      label: String(level),
      unit: 'share',
      color: methodColor(index),
      draw: 'line',
      ...of,
    }));
  return [
    {
      id: 'difficulties',
      title: text.levels.asked,
      summary: text.levels.askedSummary,
      size: 'wide',
      floor: [0, 1],
      series: series((level) => `difficulty/${level}/share`, { draw: 'share' }),
    },
    {
      id: 'right-levels',
      title: text.levels.right,
      summary: text.levels.rightSummary,
      size: 'wide',
      floor: [0, 1],
      series: series((level) => `difficulty/${level}/pass_rate`, {}),
    },
    {
      id: 'held-out-levels',
      title: text.levels.heldOut,
      summary: text.levels.heldOutSummary,
      size: 'wide',
      floor: [0, 1],
      series: series((level) => `eval_difficulty/${level}/accuracy`, { draw: 'points', sparse: true }),
    },
    ...(bandit
      ? [
          {
            id: 'arm-values',
            title: text.levels.worth,
            summary: text.levels.worthSummary,
            size: 'wide' as const,
            floor: [0, 1] as const,
            series: series((level) => `difficulty/${level}/value`, { unit: '' }),
          },
        ]
      : []),
  ];
}

/** The way to a known optimum. Another run may have another optimum, so only the current run is drawn. */
const exactChart: ChartSpec = {
  id: 'exact-way',
  isAlone: true,
  title: text.exact.chart,
  summary: text.exact.chartSummary,
  size: 'narrow',
  floor: [0, 1],
  series: [
    {
      key: 'exact/gap',
      label: text.exact.gapSeries,
      unit: 'share',
      color: 'var(--reward)',
      draw: 'points',
      sparse: true,
    },
    {
      key: 'exact/distance',
      label: text.exact.distanceSeries,
      unit: '',
      color: 'var(--other)',
      draw: 'dashed',
      sparse: true,
    },
  ],
};

/**
 * The first charts of a task with listed outcomes: no problems are held out, and sampled values are computed exactly.
 */
const firstComputed = first.map((spec) => ({
  ...spec,
  series: spec.series.map((series) =>
    series.key === 'eval/sampled'
      ? { key: series.key, label: text.exact.best, unit: 'share', color: series.color, draw: series.draw, sparse: true }
      : series,
  ),
}));

/**
 * Without right and wrong: where rewards have all sizes and one completion alone has the highest, a group that misses
 * it is not wrong.
 */
const withoutVerdicts = (specs: readonly ChartSpec[]): readonly ChartSpec[] =>
  specs.map((spec) => ({
    ...spec,
    series: spec.series.filter(({ key }) => key !== 'frac_groups_all_right' && key !== 'frac_groups_all_wrong'),
  }));

/** The first charts of a run with a prior prompt, with held-out accuracy also measured without the prompt. */
const firstBehindPrompt = first.map((spec) =>
  spec.id === 'reward'
    ? {
        ...spec,
        series: [
          ...spec.series,
          {
            key: 'eval/bare',
            label: text.heldOut.bare,
            unit: 'share',
            color: 'var(--heldout)',
            draw: 'dashed' as const,
            sparse: true,
            joined: true,
          },
        ],
      }
    : spec,
);

/**
 * Charts of a run: reward, KL and entropy first; methods where the task distinguishes them; the way to the optimum
 * where it is known; more depending on rollouts and prompts. `ownTerms`: ids of the user’s reward terms.
 */
export function chartsOf(
  task: Task | undefined,
  ownTerms: readonly string[],
  config: TrainConfig | null = null,
): { readonly main: readonly ChartSpec[]; readonly more: readonly ChartSpec[] } {
  const fresh = (config?.rollouts ?? choices.rollouts.default) === choices.rollouts.default;
  const rest = fresh ? more : [...replayed, ...more];
  if (task?.outcomes)
    return {
      main: [...firstComputed, exactChart],
      more: [{ ...length, size: 'half' }, termsChart(task, ownTerms, config), ...withoutVerdicts(rest)],
    };
  const hasMethods = task !== undefined && task.methods.length > 0;
  const curriculum = curriculumOf(task, config);
  return {
    main: [
      ...((config?.priorPrompt ?? NO_PRIOR_PROMPT) === NO_PRIOR_PROMPT ? first : firstBehindPrompt),
      ...(hasMethods ? [length, methodsChart(task)] : [{ ...length, size: 'wide' as const }]),
    ],
    more: [
      ...(curriculum ? levelCharts(curriculum) : []),
      ...(task ? [termsChart(task, ownTerms, config)] : []),
      passChart(config?.numGenerations ?? 8),
      ...rest,
    ],
  };
}
