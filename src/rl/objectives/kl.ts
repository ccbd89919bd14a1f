/**
 * @file Divergence between the policy and its base: estimators on sampled tokens (Schulman, "Approximating KL
 * divergence", 2020) and exact over the vocabulary.
 *
 * The mean of k1 and k3 over tokens of the policy is KL(pi || ref). As losses, differentiated through the
 * log-probabilities only, their mean gradients differ: 0 for k1, that of KL(ref || pi) for k3, that of KL(pi || ref)
 * for k2.
 */
import { add, clip, exp, input, mul, square, stopGradient, sub, type Value } from '../../engine/graph/index.ts';
import { evaluate } from '../../engine/plain/evaluate.ts';
import { exactKl } from '../../policy/score.ts';
import { ratio } from './ratio.ts';
import type { Terms } from './terms.ts';

/** In nats; keeps the exponential of one outlier from dominating a batch. */
const LARGEST_DIFFERENCE = 20;

/** KL estimate of each token, [B, T], from log pi and log ref of the token, [B, T]. */
export type KlEstimator = (logProbs: Value, refLogProbs: Value) => Value;

/** lp - ref, clipped to +-20 nats, [B, T]. */
const difference: KlEstimator = (logProbs, refLogProbs) =>
  clip(sub(logProbs, refLogProbs), -LARGEST_DIFFERENCE, LARGEST_DIFFERENCE);

/** k1 = lp - ref: unbiased on-policy, of either sign. */
const klK1: KlEstimator = difference;

/** k2 = (lp - ref)^2 / 2: biased, never negative; its gradient is that of KL(pi || ref) on average. */
const klK2: KlEstimator = (logProbs, refLogProbs) => mul(0.5, square(difference(logProbs, refLogProbs)));

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
 * Off-policy neither is, and the gradient can have the wrong sign; `Regulariser.biasCorrection` corrects this.
 */
const klK3WithK2Gradient: KlEstimator = (logProbs, refLogProbs) => {
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
 * KL(pi || ref) over the whole vocabulary at each position, nats, [B, T]: the quantity that k1 to k3 estimate
 * ("reverse", mode-seeking).
 */
export const klReverse = ({ logDistribution, refLogDistribution }: Distributions): Value =>
  exactKl(logDistribution, refLogDistribution);

/** KL(ref || pi) over the whole vocabulary at each position, nats, [B, T] ("forward", mode-covering). */
export const klForward = ({ logDistribution, refLogDistribution }: Distributions): Value =>
  exactKl(refLogDistribution, logDistribution);

/** Ids in configuration, URL and command line. */
export const klEstimatorIds = ['k1', 'k2', 'k3', 'k3WithK2Gradient', 'exact', 'exactForward'] as const;
export type KlEstimatorId = (typeof klEstimatorIds)[number];

type KlTerms = Pick<
  Terms,
  'logProbs' | 'oldLogProbs' | 'refLogProbs' | 'logDistribution' | 'refLogDistribution' | 'setting'
>;

/** KL at each token by the estimator `id`, nats, [B, T]. */
function klOf(id: KlEstimatorId, terms: Omit<KlTerms, 'setting' | 'oldLogProbs'>): Value {
  if (id === 'exact') return klReverse(terms);
  if (id === 'exactForward') return klForward(terms);
  return klEstimators[id](terms.logProbs, terms.refLogProbs);
}

/**
 * beta times the KL estimate, added to the loss of each token, [B, T] (TRL adds k3). With `biasCorrection` also times
 * the ratio r = exp(lp - old) (DeepSeek-V3.2, arXiv 2512.02556; TRL's `use_bias_correction_kl`): for k1 and k3 the
 * expectation of r k over any sampling policy is KL(pi || ref), with its gradient.
 */
export function klPenalty(
  terms: KlTerms,
  { kl, biasCorrection }: Pick<Regulariser, 'kl' | 'biasCorrection'> = { kl: 'k3' },
): Value {
  const penalty = mul(terms.setting('beta'), klOf(kl, terms));
  return biasCorrection ? mul(ratio(terms), penalty) : penalty;
}

/**
 * The estimators on plain numbers, one for each pair of log-probabilities, by evaluation of their graph; 0 where both
 * are the same, -Infinity included. The exact divergences need whole distributions and are left out.
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
export function klBetween(logP: ArrayLike<number>, logQ: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < logP.length; i++) {
    const lp = logP[i] as number;
    sum += Math.exp(lp) * (lp - (logQ[i] as number));
  }
  return sum;
}

/**
 * The KL penalty towards the base: the estimator, and whether it is added to the loss or subtracted from the reward.
 * Its coefficient is `beta`.
 */
export interface Regulariser {
  readonly kl: KlEstimatorId;
  readonly placement: 'loss' | 'reward';
  /** In the loss: multiplies the KL of each token by its ratio, which makes it unbiased off-policy. */
  readonly biasCorrection?: boolean;
}
