/** @file The part of a learner that the pipeline from a batch to its updates needs. */
import type { FloatArray } from '../../lib/floats.ts';
import type { Learner } from '../learner/learner.ts';
import type { GradientBatch, Reading, TokenBatch, TokenStatistics } from '../trajectory/tokens.ts';

/**
 * A learner of a run, which takes and gives arrays of single precision, or an evaluation of one graph on numbers of
 * either.
 */
export interface StepLearner extends Pick<Learner, 'update' | 'score'> {
  read(batch: TokenBatch, slot: string, whole?: boolean): Promise<Reading<FloatArray>>;
  gradient(batch: GradientBatch<FloatArray>): Promise<TokenStatistics<FloatArray>>;
}
