/**
 * @file The batch of a step as arrays: sequences, and facts of each next token.
 */
import type { FloatArray } from '../../lib/floats.ts';
import type { Lengths } from '../words/lengths.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { TokenArray, TokenBatch } from './tokens.ts';
import type { Samples } from './groups.ts';
import { writtenCount } from './trajectory.ts';

export type TokenArrays = Readonly<Partial<Record<TokenArray, FloatArray>>>;

/** All rows of a step; next-token arrays are [rows, columns]. */
export interface StepBatch extends TokenBatch {
  readonly columns: number;
  readonly shapes: readonly CompletionShape[];
  /** Everything but the weights, which depend on the rows of one update. */
  readonly arrays: TokenArrays;
  /** The order in which updates take the rows. */
  readonly order: readonly number[];
  /** Rows that were not written for this step, so that their sampler is not the policy as it is. */
  readonly replayed: readonly boolean[];
}

/** Indices of a row's written tokens in next-token arrays [rows * columns], ascending. */
export function writtenPlaces(
  { arrays: { mask }, columns }: Pick<StepBatch, 'arrays' | 'columns'>,
  row: number,
): number[] {
  const places: number[] = [];
  for (let i = row * columns; i < (row + 1) * columns; i++) if (mask?.[i] === 1) places.push(i);
  return places;
}

/**
 * Token ids [rows, promptLength + completionLength] and next-token arrays [rows, columns]. `mask` is 1 at written
 * tokens; `oldLogProbs` and `samplerLogProbs` are the sampler's, in nats, and 0 for an expert's tokens.
 */
export function stepBatch(
  { rows, order = [...rows.keys()] }: Pick<Samples, 'rows' | 'order'>,
  padId: number,
  temperature: number,
  { promptLength, completionLength }: Lengths,
): StepBatch {
  const length = promptLength + completionLength;
  const columns = length - 1;
  const tokenIds = new Int32Array(rows.length * length).fill(padId);
  const perToken = () => new Float32Array(rows.length * columns);
  const arrays = {
    oldLogProbs: perToken(),
    samplerLogProbs: perToken(),
    rewards: perToken(),
    mask: perToken(),
    expert: perToken(),
    advantages: perToken(),
  };
  rows.forEach((row, i) => {
    const { ids, written, logProbs, reward } = row;
    tokenIds.set(ids, i * length);
    // Column t describes token t + 1.
    arrays.oldLogProbs.set(logProbs.subarray(1), i * columns);
    arrays.samplerLogProbs.set(logProbs.subarray(1), i * columns);
    arrays.mask.set(written.subarray(1), i * columns);
    for (const place of writtenPlaces({ arrays, columns }, i)) {
      arrays.rewards[place] = Number.isFinite(reward) ? reward : 0;
      if (row.expert) arrays.expert[place] = 1;
    }
  });
  const shapes = rows.map((row) => ({
    length: row.used ? writtenCount(row) : 0,
    terminated: row.terminated,
    expert: row.expert,
    ...(row.demonstration ? { weight: row.demonstration.weight } : {}),
  }));
  return {
    rows: rows.length,
    tokenIds,
    temperature,
    columns,
    shapes,
    arrays,
    order,
    replayed: rows.map(({ replayed }) => replayed === true),
  };
}

/** [B] at every token of its completion, [B * T]; values that are [B * T] already stay. */
export function overTokens(values: FloatArray, mask: FloatArray, columns: number): FloatArray {
  return values.length === mask.length
    ? values
    : mask.map((m, i) => (m > 0 ? (values[Math.floor(i / columns)] as number) : 0));
}
