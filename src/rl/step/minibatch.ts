/** @file Rows of an update, taken from a step's batch, with their weights. */
import { type FloatArray, zerosLike } from '../../lib/floats.ts';
import { tokenMean, weighedShapes } from '../objectives/aggregation.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { overTokens, type StepBatch } from '../trajectory/batch.ts';
import type { GradientBatch } from '../trajectory/tokens.ts';
import type { CompletionShape } from '../words/completionShape.ts';

/** The given rows in that order, with weights computed among them. */
export function partOf(
  batch: StepBatch,
  rows: readonly number[],
  algorithm: Pick<Algorithm, 'tokenWeights' | 'chosenOnly' | 'countsMasked'>,
  completionLength: number,
  settings: GradientBatch['settings'],
): GradientBatch<FloatArray> {
  const { columns } = batch;
  const length = columns + 1;
  const pick = <A extends FloatArray | Int32Array>(array: A, width: number, whole: A): A => {
    rows.forEach((row, i) => whole.set(array.subarray(row * width, (row + 1) * width) as never, i * width));
    return whole;
  };
  const leaves = (all: NonNullable<StepBatch['trajectory']>) =>
    Object.fromEntries(
      Object.entries(all).map(([name, leaf]) => {
        const width = leaf.length / batch.rows;
        const whole = leaf instanceof Int32Array ? Int32Array : Float32Array;
        return [name, pick<Float32Array | Int32Array>(leaf, width, new whole(rows.length * width))];
      }),
    );
  const arrays: GradientBatch<FloatArray>['arrays'] = Object.fromEntries(
    Object.entries(batch.arrays).map(([name, array]) => [
      name,
      pick(array, columns, zerosLike(array, rows.length * columns)),
    ]),
  );
  const shapes = rows.map((row) => batch.shapes[row] as CompletionShape);
  const isChosen = (row: number): boolean =>
    arrays.advantages?.subarray(row * columns, (row + 1) * columns).some((a) => a !== 0) ?? true;
  const perRow = algorithm
    .tokenWeights(weighedShapes(algorithm, shapes, isChosen), completionLength)
    .map((weight, row) => weight * (shapes[row]?.weight ?? 1));
  const mask = arrays.mask as FloatArray;
  return {
    rows: rows.length,
    tokenIds: pick(batch.tokenIds, length, new Int32Array(rows.length * length)),
    ...(batch.trajectory ? { trajectory: leaves(batch.trajectory) } : {}),
    temperature: batch.temperature,
    settings,
    arrays: {
      ...arrays,
      weights: overTokens(perRow, mask, columns),
      entropyWeights: overTokens(tokenMean(shapes, completionLength), mask, columns),
    },
  };
}
