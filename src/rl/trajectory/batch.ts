/**
 * @file The batch of a step as arrays: sequences, and facts of each next token.
 */
import type { Lengths } from '../words/lengths.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { TokenArray, TokenBatch } from './tokens.ts';
import type { Row, Samples } from './groups.ts';

export type TokenArrays = Readonly<Partial<Record<TokenArray, Float32Array>>>;

/** All rows of a step; next-token arrays are [rows, columns]. */
export interface StepBatch extends TokenBatch {
  readonly columns: number;
  readonly shapes: readonly CompletionShape[];
  /** Everything but the weights, which depend on what is put together in one update. */
  readonly arrays: TokenArrays;
  /** The order in which updates take the rows. */
  readonly order: readonly number[];
  /** Some rows were not written for this step, so that their sampler is not the policy as it is. */
  readonly replayed: boolean;
}

/** Where a row's completion stands in next-token arrays. */
export function completionSpan(
  { completion: { rollout } }: Pick<Row, 'completion'>,
  row: number,
  columns: number,
): [start: number, end: number] {
  const start = row * columns + rollout.promptIds.length - 1;
  return [start, start + rollout.completionIds.length];
}

/**
 * Whole sequences and their sampler's log-probabilities, rewards and marks. An expert's tokens have no sampler; 0
 * stands there.
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
    const { rollout, reward } = row.completion;
    tokenIds.set([...rollout.promptIds, ...rollout.completionIds], i * length);
    const [start, end] = completionSpan(row, i, columns);
    arrays.oldLogProbs.set(rollout.logProbs, start);
    arrays.samplerLogProbs.set(rollout.logProbs, start);
    arrays.mask.fill(1, start, end);
    arrays.rewards.fill(Number.isFinite(reward) ? reward : 0, start, end);
    if (row.expert) arrays.expert.fill(1, start, end);
  });
  const shapes = rows.map(({ completion: { rollout }, used, expert }) => ({
    length: used ? rollout.completionIds.length : 0,
    terminated: rollout.terminated,
    expert,
  }));
  return {
    rows: rows.length,
    tokenIds,
    temperature,
    columns,
    shapes,
    arrays,
    order,
    replayed: rows.some(({ replayed }) => replayed),
  };
}

/** [B] at every token of its completion, [B * T]; what is [B * T] already stays. */
export function overTokens(values: Float32Array, mask: Float32Array, columns: number): Float32Array {
  return values.length === mask.length
    ? values
    : mask.map((m, i) => (m > 0 ? (values[Math.floor(i / columns)] as number) : 0));
}
