/** @file The probability ratio between the policy and the one that sampled, of a token and of a completion. */
import { exp, sub, type Value } from '../../engine/graph/index.ts';
import { sequenceMean, sequenceSum } from './sequence.ts';
import type { Terms } from './terms.ts';

type Sampled = Pick<Terms, 'logProbs' | 'oldLogProbs'>;

/** log pi - log pi_old, [B, T]. */
export const logRatio = ({ logProbs, oldLogProbs }: Sampled): Value => sub(logProbs, oldLogProbs);

/** r = exp(log pi - log pi_old), [B, T]. */
export const ratio = (terms: Sampled): Value => exp(logRatio(terms));

/**
 * The geometric mean of the token ratios of each completion, exp(mean(log pi - log pi_old)), [B, 1] (GSPO, arXiv
 * 2507.18071, eq. 7).
 */
export const meanRatio = (terms: Sampled & Pick<Terms, 'mask'>): Value => exp(sequenceMean(logRatio(terms), terms));

/** The ratio of each whole completion, exp(sum(log pi - log pi_old)), [B, 1]. */
export const completionRatio = (terms: Sampled & Pick<Terms, 'mask'>): Value =>
  exp(sequenceSum(logRatio(terms), terms));
