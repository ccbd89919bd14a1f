/** @file A metric: its words, its place in a chart, and the function that measures it. */
import type { Interval } from '../../lib/statistics.ts';
import type { Task } from '../../tasks/task.ts';
import type { TrainConfig } from '../config/config.ts';
import type { Algorithm } from '../objectives/algorithm.ts';

/** Facts of a run that decide which charts it has; null and undefined where they are not known. */
export interface ChartedRun {
  readonly config: TrainConfig | null;
  readonly task: Task | undefined;
  readonly paper: Algorithm | undefined;
}

/** A line in a chart. The first metric of a chart gives its title, summary and formula. */
export interface Line {
  /** Metrics of one chart share its id. */
  readonly id: string;
  /** Title of the chart, where it is not the metric's label. */
  readonly title?: string;
  /** Least range of the vertical axis. */
  readonly floor?: readonly [number, number];
  /** Name of the line in a chart of several, where it is not the metric's label. */
  readonly line?: string;
  readonly color: 'reward' | 'kl' | 'entropy' | 'positive' | 'negative' | 'other' | 'other-soft';
  readonly draw?: 'dashed';
  /** Bounds of the values, where the unit does not imply them. */
  readonly bounds?: Interval;
  /** One of the charts that are always shown, which the page places itself. */
  readonly isMain?: true;
  /** Runs that have the line; all where absent. */
  when?(run: ChartedRun): boolean;
}

interface Words {
  readonly label: string;
  readonly unit: string;
  readonly formula: string;
  /** One sentence. */
  readonly summary: string;
  /** When it is present, if not at every step. */
  readonly only?: string;
  readonly chart?: Line;
}

/** One number of a step. */
export interface Metric<Facts> extends Words {
  /** Undefined where it does not apply. */
  of(facts: Facts): number | undefined;
}

/** Numbers of a step that differ in the `{part}` of their name. */
export interface MetricFamily<Facts> extends Words {
  /** Numbers by the text that replaces the `{part}`; undefined where one does not apply. */
  each(facts: Facts): Readonly<Record<string, number | undefined>>;
}

/** Metrics by name: TRL's where TRL has one; a family's name holds a `{part}`. */
export type Metrics<Facts> = Readonly<Record<string, Metric<Facts> | MetricFamily<Facts>>>;

const part = /\{\w+\}/;

/** Every metric that applies, by name. */
export function measured<Facts>(metrics: Metrics<Facts>, facts: Facts): Record<string, number> {
  const found: Record<string, number> = {};
  const note = (name: string, value: number | undefined): void => {
    if (value !== undefined) found[name] = value;
  };
  for (const [name, metric] of Object.entries(metrics)) {
    if ('of' in metric) note(name, metric.of(facts));
    else for (const [key, value] of Object.entries(metric.each(facts))) note(name.replace(part, key), value);
  }
  return found;
}
