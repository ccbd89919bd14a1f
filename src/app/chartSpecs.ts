/** @file All charts in their order: those that the catalogue of metrics declares, and those of tasks and prompts. */
import { NO_PRIOR_PROMPT } from '../rl/prompts/priorPrompt.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import { knobNames, knobs } from '../rl/config/knobs.ts';
import { promptSamplerById } from '../rl/prompts/index.ts';
import { levelsOf } from '../rl/prompts/levels.ts';
import { isBandit } from '../rl/prompts/sec.ts';
import { passSizes } from '../rl/metrics/rewards.ts';
import { algorithms } from '../rl/papers/index.ts';
import { scoredTerms } from '../rl/rewards/composition.ts';
import { termsOf } from '../rl/rewards/sharedTerms.ts';
import type { Task } from '../tasks/task.ts';
import type { Series } from '../ui/charts/series.ts';
import { text } from '../ui/text.ts';
import { type ChartSpec, type DeclaredChart, declaredCharts } from './declaredCharts.ts';
import { settingLabel } from './settingLabels.ts';

/** Held-out accuracy beside the reward. */
const heldOut: readonly Series[] = [
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
];

/** Bands around main lines, and lines beside them that no step measures. */
const additions: Readonly<
  Record<string, { range: string; rangeLabel: string; size: ChartSpec['size']; beside: readonly Series[] }>
> = {
  reward: { range: 'reward', rangeLabel: text.charts.spread, size: 'wide', beside: heldOut },
  length: { range: 'length', rangeLabel: text.charts.range, size: 'narrow', beside: [] },
};

/** A chart of the catalogue with its band. */
function withAdditions({ isMain: _main, isSpecial: _special, ...spec }: DeclaredChart): ChartSpec {
  const added = additions[spec.id];
  if (!added) return spec;
  const { range, rangeLabel, size, beside } = added;
  return { ...spec, size, series: [...spec.series.map((series) => ({ ...series, range, rangeLabel })), ...beside] };
}

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

/** Look of one of several lines of the same quantity: three shades, then the same dashed. */
const shade = (quantity: 'reward' | 'other', index: number): Pick<Series, 'color' | 'draw'> => ({
  color: `var(--${quantity}-${(index % 3) + 1})`,
  draw: index % 6 < 3 ? 'line' : 'dashed',
});

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
    ...shade('reward', index),
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
    ...shade('reward', index),
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
      ...shade('other', index),
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
 * A chart of a task with listed outcomes: no problems are held out, and sampled values are computed exactly.
 */
const computed = (spec: ChartSpec): ChartSpec => ({
  ...spec,
  series: spec.series.map((series) =>
    series.key === 'eval/sampled'
      ? { key: series.key, label: text.exact.best, unit: 'share', color: series.color, draw: series.draw, sparse: true }
      : series,
  ),
});

/** The chart of the reward also explains the lines beside it. */
const explained = (spec: ChartSpec): ChartSpec =>
  spec.id === 'reward' ? { ...spec, summary: text.charts.rewardSummary } : spec;

/** The chart of the reward in a run with a prior prompt, with held-out accuracy also measured without the prompt. */
const behindPrompt = (spec: ChartSpec): ChartSpec =>
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
    : spec;

const scheduledLabel = (id: string): string =>
  knobNames.map((name) => knobs[name]).find((knob) => knob.id === id)?.label ?? settingLabel(id);

/** One chart for each number that moves: their units differ. */
const scheduleCharts = (config: TrainConfig | null): readonly ChartSpec[] =>
  Object.keys(config?.schedules ?? {}).map((id) => ({
    id: `schedule-${id}`,
    title: scheduledLabel(id),
    summary: text.settings.scheduleChart,
    series: [{ key: `schedules/${id}`, label: scheduledLabel(id), unit: '', ...shade('other', 0) }],
    size: 'half',
  }));

/**
 * Charts of a run: reward, KL and entropy first; methods where the task distinguishes them; the way to the optimum
 * where it is known; more depending on rollouts and prompts. `ownTerms`: ids of the user’s reward terms.
 */
export function chartsOf(
  task: Task | undefined,
  ownTerms: readonly string[],
  config: TrainConfig | null = null,
): { readonly main: readonly ChartSpec[]; readonly more: readonly ChartSpec[] } {
  const paper = algorithms.find(({ id }) => id === config?.algorithm);
  const all = declaredCharts({ config, task, paper });
  const main = all.filter(({ isMain }) => isMain).map(withAdditions);
  const [first, [length]] = [main.filter(({ id }) => id !== 'length'), main.filter(({ id }) => id === 'length')];
  // Charts that only some runs have come first.
  const rest = all
    .filter(({ isMain }) => !isMain)
    .toSorted((a, b) => Number(b.isSpecial) - Number(a.isSpecial))
    .map(withAdditions);
  const lengths = (size: ChartSpec['size']): readonly ChartSpec[] => (length ? [{ ...length, size }] : []);
  if (task?.outcomes)
    return {
      main: [...first.map(computed), exactChart],
      more: [...lengths('half'), ...scheduleCharts(config), termsChart(task, ownTerms, config), ...rest],
    };
  const hasMethods = task !== undefined && task.methods.length > 0;
  const curriculum = curriculumOf(task, config);
  return {
    main: [
      ...((config?.priorPrompt ?? NO_PRIOR_PROMPT) === NO_PRIOR_PROMPT ? first : first.map(behindPrompt)).map(
        explained,
      ),
      ...(hasMethods ? [...lengths('narrow'), methodsChart(task)] : lengths('wide')),
    ],
    more: [
      ...(curriculum ? levelCharts(curriculum) : []),
      ...scheduleCharts(config),
      ...(task ? [termsChart(task, ownTerms, config)] : []),
      passChart(config?.numGenerations ?? 8),
      ...rest,
    ],
  };
}
