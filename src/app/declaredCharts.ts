/** @file The charts that the catalogue of metrics declares. */
import { metrics } from '../rl/metrics/index.ts';
import type { ChartedRun, Line, Metrics } from '../rl/metrics/metric.ts';
import type { Series } from '../ui/charts/series.ts';

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

/** A declared line as a chart draws it. */
const seriesOf = (name: string, { label, unit, chart }: Drawn): Series => ({
  key: name,
  label: chart.line ?? label,
  unit,
  color: `var(--${chart.color})`,
  draw: chart.draw ?? 'line',
  ...(chart.bounds ? { bounds: chart.bounds } : {}),
});

type Drawn = Metrics<never>[string] & { readonly chart: Line };
const drawn: readonly (readonly [name: string, metric: Drawn])[] = Object.entries<Metrics<never>[string]>(
  metrics,
).flatMap(([name, metric]) => (metric.chart ? [[name, metric as Drawn] as const] : []));

export interface DeclaredChart extends ChartSpec {
  /** One of those that the page places itself. */
  readonly isMain: boolean;
  /** Only some runs have it. */
  readonly isSpecial: boolean;
}

/** The charts of the catalogue that a run has, in its order, each explained by its first metric. */
export function declaredCharts(run: ChartedRun): readonly DeclaredChart[] {
  const lines = drawn.filter(([, { chart }]) => chart.when?.(run) ?? true);
  const ids = new Set(lines.map(([, { chart }]) => chart.id));
  return [...ids].map((id) => {
    const members = lines.filter(([, metric]) => metric.chart.id === id);
    const [, { chart, label, summary, formula }] = members[0] as (typeof lines)[number];
    return {
      id,
      title: chart.title ?? label,
      summary,
      formula,
      series: members.map(([name, metric]) => seriesOf(name, metric)),
      ...(chart.floor ? { floor: chart.floor } : {}),
      size: 'half',
      isMain: chart.isMain ?? false,
      isSpecial: chart.when !== undefined,
    };
  });
}
