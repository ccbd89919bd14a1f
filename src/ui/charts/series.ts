/** @file Rows by step, and the series that a chart draws from them. */

import { everywhere, type Interval } from '../../lib/statistics.ts';

/** Numbers of one step by key; a pair is a lower and an upper bound. Values not measured are absent. */
export interface Row {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** Numbers measured on too few samples to be drawn; only files hold them. */
  readonly thin?: Readonly<Record<string, number>>;
}

/** One line, band or share of a chart. */
export interface Series {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /** A CSS colour, usually one of the variables of tokens.css. */
  readonly color: string;
  /** `points`: a line through markers, for rare measurements. `share`: stacked area. */
  readonly draw: 'line' | 'dashed' | 'points' | 'share';
  /** Key of a range drawn as a band around a line, or as whiskers on points. */
  readonly range?: string;
  readonly rangeLabel?: string;
  /** Bounds of its values, where the unit does not imply them. */
  readonly bounds?: Interval;
  /** Measured now and then: points far apart are connected, and an older value still counts as the newest. */
  readonly sparse?: boolean;
  /** Already drawn among the arms: it is in legend and table, but has no line here. */
  readonly drawn?: boolean;
  /** Shown beside the series before it in the legend. */
  readonly joined?: boolean;
}

/** Bounds by unit. Estimates of a divergence can be negative; such a series states its own bounds. */
const unitBounds: Readonly<Record<string, Interval>> = {
  share: [0, 1],
  'nats/token': [0, Infinity],
  tokens: [0, Infinity],
  s: [0, Infinity],
};

/** The bounds of this series' values; an interval around its mean is cut there. */
export const boundsOf = ({ unit, bounds }: Pick<Series, 'unit' | 'bounds'>): Interval =>
  bounds ?? unitBounds[unit] ?? everywhere;

/** Each series together with the joined ones that follow it. */
export function groupJoined(series: readonly Series[]): readonly (readonly Series[])[] {
  const groups: Series[][] = [];
  for (const one of series) {
    if (one.joined) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** The full name of each series; in the legend a joined one has only half a name. */
export function fullNames(series: readonly Series[]): readonly string[] {
  let head = '';
  return series.map(({ label, joined }) => {
    if (!joined) head = label;
    return joined ? `${head}, ${label}` : label;
  });
}

/**
 * The series of the tooltip in a chart that only follows the crosshair: all areas, else the main line and the points.
 */
export function followed(series: readonly Series[]): readonly Series[] {
  const shares = series.filter(({ draw }) => draw === 'share');
  return shares.length > 0 ? shares : compared(series);
}

/** The series drawn of another run: first line and points; areas would hide each other. */
export function compared(series: readonly Series[]): readonly Series[] {
  const lines = series.filter(({ draw }) => draw !== 'share');
  return [...lines.slice(0, 1), ...lines.slice(1).filter(({ draw }) => draw === 'points')];
}

/** The value shown in the legend: the newest of a sparse series, else that of the newest step, null if it has none. */
export function legendValue(rows: readonly Row[], series: Series): { value: number; row: Row } | null {
  const last = lastValue(rows, series.key);
  return last && (series.sparse || last.row === rows.at(-1)) ? last : null;
}

/** The last value of a series, or null where it was never measured. */
export function lastValue(rows: readonly Row[], key: string): { value: number; row: Row } | null {
  for (let index = rows.length - 1; index >= 0; index--) {
    const row = rows[index];
    const value = row?.values[key];
    if (row && value !== undefined) return { value, row };
  }
  return null;
}

/** Number of rows in which the series was measured. */
export function countPoints(rows: readonly Row[], key: string): number {
  return rows.reduce((count, row) => count + (key in row.values ? 1 : 0), 0);
}
