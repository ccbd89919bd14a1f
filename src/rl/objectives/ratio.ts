/** @file The probability ratio of the policy to the sampling policy. */
import { exp, sub, type Value } from '../../engine/graph/index.ts';
import type { Terms } from './terms.ts';

type Sampled = Pick<Terms, 'logProbs' | 'oldLogProbs'>;

/** log pi - log pi_old, [B, T]. */
export const logRatio = ({ logProbs, oldLogProbs }: Sampled): Value => sub(logProbs, oldLogProbs);

/** r = exp(log pi - log pi_old), [B, T]. */
export const ratio = (terms: Sampled): Value => exp(logRatio(terms));
