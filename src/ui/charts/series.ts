/** @file What a chart draws: rows by step and the series read from them. */

import { everywhere, type Interval } from '../../lib/statistics.ts';

/** Numbers of one step by key; a pair is a lower and an upper bound. What was not measured is absent. */
export interface Row {
  readonly step: number;
  readonly values: Readonly<Record<string, number>>;
  readonly ranges: Readonly<Record<string, readonly [number, number]>>;
  /** What was measured on too little to be drawn; files hold it. */
  readonly thin?: Readonly<Record<string, number>>;
}

/** One line, band or share of a chart. */
export interface Series {
  readonly key: string;
  readonly label: string;
  readonly unit: string;
  /** A CSS colour, usually one of the variables of tokens.css. */
  readonly color: string;
  /** `points`: a line through markers, for what is measured now and then. `share`: stacked area. */
  readonly draw: 'line' | 'dashed' | 'points' | 'share';
  /** Key of a range drawn as a band around a line, or as whiskers on points. */
  readonly range?: string;
  readonly rangeLabel?: string;
  /** What its values can be, where the unit does not say it. */
  readonly bounds?: Interval;
  /** Measured now and then: points far apart belong together, and an older value is still the newest. */
  readonly sparse?: boolean;
  /** Among the lines of an arm already: it has its place in legend and table, and no line of its own. */
  readonly drawn?: boolean;
  /** Stands beside the series before it in the legend. */
  readonly joined?: boolean;
}

/**
 * What values of a unit can be. Estimates of a divergence can be negative: a series of those states bounds of its own.
 */
const unitBounds: Readonly<Record<string, Interval>> = {
  share: [0, 1],
  'nats/token': [0, Infinity],
  tokens: [0, Infinity],
  s: [0, Infinity],
};

/** The least and the most that a value of this series can be; no interval around its mean goes beyond. */
export const boundsOf = ({ unit, bounds }: Pick<Series, 'unit' | 'bounds'>): Interval =>
  bounds ?? unitBounds[unit] ?? everywhere;

/** The series with those that stand beside them. */
export function groupJoined(series: readonly Series[]): readonly (readonly Series[])[] {
  const groups: Series[][] = [];
  for (const one of series) {
    if (one.joined) groups.at(-1)?.push(one);
    else groups.push([one]);
  }
  return groups;
}

/** The name of each series away from the legend, where one that stands beside another there has only half a name. */
export function fullNames(series: readonly Series[]): readonly string[] {
  let head = '';
  return series.map(({ label, joined }) => {
    if (!joined) head = label;
    return joined ? `${head}, ${label}` : label;
  });
}

/**
 * What a chart that only follows another's crosshair tells of its own run: areas are all of it, else its main line and
 * its points.
 */
export function followed(series: readonly Series[]): readonly Series[] {
  const shares = series.filter(({ draw }) => draw === 'share');
  return shares.length > 0 ? shares : compared(series);
}

/** What of another run is drawn: its first line and points, but no areas that would hide each other. */
export function compared(series: readonly Series[]): readonly Series[] {
  const lines = series.filter(({ draw }) => draw !== 'share');
  return [...lines.slice(0, 1), ...lines.slice(1).filter(({ draw }) => draw === 'points')];
}

/**
 * What the legend shows: the newest value of a sparse series, else the value of the newest step, null where that has
 * none.
 */
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
