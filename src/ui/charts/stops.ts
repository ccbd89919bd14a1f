/**
 * @file Stops of the crosshair: the rows of the current run and, beyond its end, those of the longest run or arm.
 */
import { type ArmRuns, meanRows } from './arms.ts';
import { positions } from './prepare.ts';
import type { Row, Series } from './series.ts';
import type { AxisKind, OtherRun } from './view.ts';

export interface Stops {
  readonly rows: readonly Row[];
  /** Positions of the rows on the axis, ascending. */
  readonly xs: Float64Array;
}

interface Drawn {
  readonly rows: readonly Row[];
  readonly series: readonly Series[];
  readonly others: readonly OtherRun<Row>[];
  readonly arms: readonly ArmRuns[];
  readonly axis: AxisKind;
}

export function stopsOf({ rows, series, others, arms, axis }: Drawn): Stops {
  const main = series.find(({ draw }) => draw !== 'share');
  const beside = [...others.map((other) => other.rows), ...(main ? arms.map(({ runs }) => meanRows(runs, main)) : [])];
  const end = (of: readonly Row[]) => positions(of)[axis].at(-1) ?? -1;
  const furthest = beside.reduce((far, of) => (end(of) > end(far) ? of : far), rows);
  const own = positions(rows)[axis];
  if (furthest === rows) return { rows, xs: own };
  const theirs = positions(furthest)[axis];
  const from = theirs.findIndex((x) => x > end(rows));
  return { rows: [...rows, ...furthest.slice(from)], xs: Float64Array.of(...own, ...theirs.subarray(from)) };
}
