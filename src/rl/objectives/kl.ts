/**
 * @file Divergence between the policy and its base: estimators on sampled tokens (Schulman, "Approximating KL
 * divergence", 2020) and exact over the vocabulary.
 *
 * Averaged over tokens of the policy, k1 and k3 are KL(pi || ref). As a loss, differentiated through the
 * log-probabilities alone, they do other things: k1's gradient averages to nothing, k3's to that of KL(ref || pi), and
 * only k2's to that of KL(pi || ref).
 */
import { add, clip, exp, input, mul, square, stopGradient, sub, type Value } from '../../engine/graph/index.ts';
import { evaluate } from '../../engine/plain/evaluate.ts';
import { exactKl } from '../../policy/score.ts';
import { ratio } from './ratio.ts';
import type { Terms } from './terms.ts';

/** Beyond this the exponential says nothing but "far away"; it keeps one stray token from ruling a batch. */
const LARGEST_DIFFERENCE = 20;

/** An estimate for each token, [B, T], from log pi and log ref of the token. */
export type KlEstimator = (logProbs: Value, refLogProbs: Value) => Value;

/** lp - ref, within +-20, [B, T]. */
const difference: KlEstimator = (logProbs, refLogProbs) =>
  clip(sub(logProbs, refLogProbs), -LARGEST_DIFFERENCE, LARGEST_DIFFERENCE);

/** k1 = lp - ref: unbiased on-policy, of either sign. */
export const klK1: KlEstimator = difference;

/** k2 = (lp - ref)^2 / 2: biased, never negative; its gradient is that of KL(pi || ref) on average. */
export const klK2: KlEstimator = (logProbs, refLogProbs) => mul(0.5, square(difference(logProbs, refLogProbs)));

/**
 * k3 = exp(ref - lp) - 1 - (ref - lp): unbiased on-policy, never negative; its gradient is that of KL(ref || pi) on
 * average, and 0 beyond 20 nats.
 */
export const klK3: KlEstimator = (logProbs, refLogProbs) => {
  const away = difference(refLogProbs, logProbs);
  return sub(sub(exp(away), 1), away);
};

/**
 * The value of k3 with the gradient of k2. On tokens of the policy itself both are unbiased for KL(pi || ref).
 * Off-policy neither is, and the gradient can have the wrong sign; `biasCorrection` of the regulariser mends that.
 */
export const klK3WithK2Gradient: KlEstimator = (logProbs, refLogProbs) => {
  const k2 = klK2(logProbs, refLogProbs);
  return add(k2, stopGradient(sub(klK3(logProbs, refLogProbs), k2)));
};

/** All estimators by name. */
export const klEstimators = { k1: klK1, k2: klK2, k3: klK3, k3WithK2Gradient: klK3WithK2Gradient } satisfies Record<
  string,
  KlEstimator
>;

type Distributions = Pick<Terms, 'logDistribution' | 'refLogDistribution'>;

/**
 * KL(pi || ref) over the whole vocabulary at each position, nats, [B, T]: the quantity that the estimators estimate
 * ("reverse"; seeks modes).
 */
export const klReverse = ({ logDistribution, refLogDistribution }: Distributions): Value =>
  exactKl(logDistribution, refLogDistribution);

/**
 * KL(ref || pi) over the whole vocabulary at each position, nats, [B, T] ("forward"; covers all that the base does).
 */
export const klForward = ({ logDistribution, refLogDistribution }: Distributions): Value =>
  exactKl(refLogDistribution, logDistribution);

/** Estimates by id, as configuration, URL and command line name them. */
export const klEstimatorIds = ['k1', 'k2', 'k3', 'k3WithK2Gradient', 'exact', 'exactForward'] as const;
export type KlEstimatorId = (typeof klEstimatorIds)[number];

type KlTerms = Pick<
  Terms,
  'logProbs' | 'oldLogProbs' | 'refLogProbs' | 'logDistribution' | 'refLogDistribution' | 'setting'
>;

/** The divergence at each token by the chosen estimate, [B, T]. */
export function klOf(id: KlEstimatorId, terms: Omit<KlTerms, 'setting' | 'oldLogProbs'>): Value {
  if (id === 'exact') return klReverse(terms);
  if (id === 'exactForward') return klForward(terms);
  return klEstimators[id](terms.logProbs, terms.refLogProbs);
}

/**
 * beta times the divergence, added to the loss of each token, [B, T] (TRL adds k3). With `biasCorrection` times the
 * ratio r = exp(lp - old) too (DeepSeek-V3.2, arXiv 2512.02556; TRL's `use_bias_correction_kl`): the expectation over
 * the sampling policy of r k, k being k1 or k3, is KL(pi || ref) whatever the sampling policy, and so is its gradient.
 */
export function klPenalty(
  terms: KlTerms,
  { kl, biasCorrection }: Pick<Regulariser, 'kl' | 'biasCorrection'> = { kl: 'k3' },
): Value {
  const penalty = mul(terms.setting('beta'), klOf(kl, terms));
  return biasCorrection ? mul(ratio(terms), penalty) : penalty;
}

/**
 * The same estimates as numbers, one for each pair of log-probabilities, by evaluation of the same graph; 0 where both
 * are the same, also where both are -Infinity. Of the exact ones only the vocabulary can tell.
 */
export function klNumbers(
  kind: keyof typeof klEstimators,
  logProbs: ArrayLike<number>,
  refLogProbs: ArrayLike<number>,
): Float64Array {
  if (logProbs.length === 0) return new Float64Array();
  const shape = [logProbs.length];
  const [found] = evaluate([klEstimators[kind](input('logProbs', shape), input('refLogProbs', shape))], {
    logProbs,
    refLogProbs,
  });
  return (found as Float64Array).map((kl, i) => (logProbs[i] === refLogProbs[i] ? 0 : kl));
}

/** KL(p || q) in nats of two log-distributions of equal length. */
export function klBetween(logP: Float32Array, logQ: Float32Array): number {
  return logP.reduce((sum, lp, i) => sum + Math.exp(lp) * (lp - (logQ[i] as number)), 0);
}

/**
 * The KL penalty that holds the policy to its base: which divergence, and whether it is part of the loss or is taken
 * off the reward. Its coefficient is `beta`.
 */
export interface Regulariser {
  readonly kl: KlEstimatorId;
  readonly placement: 'loss' | 'reward';
  /** In the loss: each token's divergence is multiplied by its ratio, so that it is unbiased off-policy too. */
  readonly biasCorrection?: boolean;
}
