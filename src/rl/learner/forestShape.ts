/** @file Sizes of the micro-batches of a decoder. */
import type { ForestShape } from '../../policy/forest.ts';
import { columnsOf, type LearnerSpec } from './learner.ts';

/**
 * Distinct prefixes of a micro-batch on a CPU: enough for fast products, few enough for attention over all pairs of
 * them and for several lanes to share a step.
 */
const STATES = 128;
/** Rows with the usual number of common prefixes, in states; a forest never has more rows than `MOST_ROWS`. */
const rowsFor = (states: number, completionLength: number): number => Math.ceil((8 * states) / completionLength);
const [FEWEST_ROWS, MOST_ROWS] = [8, 64];

/** Sizes of a micro-batch: whole units of `unit` rows, of which one always fits. */
export function forestShape(spec: LearnerSpec, unit: number, isFixed: boolean): ForestShape {
  const columns = columnsOf(spec);
  const rows =
    spec.microBatch?.rows ?? Math.min(MOST_ROWS, Math.max(FEWEST_ROWS, rowsFor(STATES, spec.completionLength)));
  const wanted = Math.min(spec.microBatch?.states ?? STATES, rows * columns);
  const states = Math.max(wanted, unit * columns);
  return { rows: unit * Math.ceil(rows / unit), columns, states, isFixed };
}
