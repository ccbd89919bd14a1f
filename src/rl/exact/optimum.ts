/**
 * @file The optimum of reinforcement learning with a KL penalty over a finite list of outcomes, and a policy's distance
 * to it (arXiv 2205.11275).
 */
import { assert } from '../../lib/assert.ts';

/** Disjoint outcomes of total probability 1, in a fixed order. Logarithms are natural. */
export interface Outcomes {
  /** log pi_ref of each. */
  readonly refLogProbs: ArrayLike<number>;
  readonly rewards: ArrayLike<number>;
}

export interface Optimum {
  /** log pi* of each outcome; -Infinity where it has no mass. */
  readonly logProbs: Float64Array;
  /** log Z, Z = sum pi_ref exp(r / beta); at beta 0 the log of the best outcomes' mass under pi_ref. */
  readonly logPartition: number;
  /** J* = max of E[r] - beta KL(pi || pi_ref). */
  readonly objective: number;
}

/** Objective of a policy and its distances to reference and optimum. */
export interface Standing {
  readonly expectedReward: number;
  /** KL(pi || pi_ref) in nats. */
  readonly kl: number;
  /** J = E[r] - beta KL(pi || pi_ref). */
  readonly objective: number;
  readonly optimalObjective: number;
  /** (J(pi) - J(pi_ref)) / (J* - J(pi_ref)): 0 for the reference, 1 at the optimum; 1 without a gap. */
  readonly gapClosed: number;
  /** Half the sum of |pi - pi*|. */
  readonly totalVariation: number;
  /** Half the sum of |pi_ref - pi*|. */
  readonly refTotalVariation: number;
  /** KL(pi || pi*) in nats; infinite if pi has mass on an outcome and pi* does not, as at beta 0. */
  readonly klToOptimum: number;
  /** KL(pi* || pi) in nats. */
  readonly klFromOptimum: number;
  readonly entropy: number;
}

/** log(sum exp(x)), -Infinity for no mass. */
function logSumExp(values: Float64Array): number {
  const largest = values.reduce((a, b) => Math.max(a, b), -Infinity);
  return largest === -Infinity
    ? -Infinity
    : largest + Math.log(values.reduce((sum, x) => sum + Math.exp(x - largest), 0));
}

/** sum p(y) f(y) with p = exp(logProbs); outcomes without mass are skipped, so 0 log 0 is 0. */
function expectation(logProbs: ArrayLike<number>, of: (outcome: number) => number): number {
  let sum = 0;
  for (let y = 0; y < logProbs.length; y++) {
    const probability = Math.exp(logProbs[y] as number);
    if (probability > 0) sum += probability * of(y);
  }
  return sum;
}

/** KL(p || q) in nats. */
export const klDivergence = (logP: ArrayLike<number>, logQ: ArrayLike<number>): number =>
  expectation(logP, (y) => (logP[y] as number) - (logQ[y] as number));

/** Half the sum of |p - q|, between 0 and 1. */
export function totalVariation(logP: ArrayLike<number>, logQ: ArrayLike<number>): number {
  let sum = 0;
  for (let y = 0; y < logP.length; y++) sum += Math.abs(Math.exp(logP[y] as number) - Math.exp(logQ[y] as number));
  return sum / 2;
}

/**
 * pi* = pi_ref exp(r / beta) / Z. At beta 0 the maximiser of E[r] closest to pi_ref. UsageError for beta below 0 or
 * sizes that differ.
 */
export function optimum({ refLogProbs, rewards }: Outcomes, beta: number): Optimum {
  assert(beta >= 0, `beta: 0 or more, not ${beta}`);
  assert(
    refLogProbs.length === rewards.length && rewards.length > 0,
    `outcomes: ${refLogProbs.length} log-probabilities and ${rewards.length} rewards`,
  );
  const reachable = Float64Array.from(rewards, (reward, y) => (refLogProbs[y] === -Infinity ? -Infinity : reward));
  const best = reachable.reduce((a, b) => Math.max(a, b), -Infinity);
  const tilted = Float64Array.from(reachable, (reward, y) => {
    const ref = refLogProbs[y] as number;
    // Subtracting the best reward first avoids overflow for a small beta.
    return beta > 0 ? ref + (reward - best) / beta : reward === best ? ref : -Infinity;
  });
  const logTilted = logSumExp(tilted);
  return {
    logProbs: tilted.map((x) => x - logTilted),
    logPartition: beta > 0 ? logTilted + best / beta : logTilted,
    objective: best + beta * logTilted,
  };
}

/** E[r] - beta KL(pi || pi_ref). */
function objectiveOf(
  logProbs: ArrayLike<number>,
  { refLogProbs, rewards }: Outcomes,
  beta: number,
): { expectedReward: number; kl: number; objective: number } {
  const expectedReward = expectation(logProbs, (y) => rewards[y] as number);
  const kl = klDivergence(logProbs, refLogProbs);
  return { expectedReward, kl, objective: beta > 0 ? expectedReward - beta * kl : expectedReward };
}

/** The standing of the policy with these log-probabilities, one per outcome. UsageError for sizes that differ. */
export function standing(logProbs: ArrayLike<number>, outcomes: Outcomes, beta: number): Standing {
  assert(
    logProbs.length === outcomes.rewards.length,
    `outcomes: ${logProbs.length} log-probabilities and ${outcomes.rewards.length} rewards`,
  );
  const best = optimum(outcomes, beta);
  const own = objectiveOf(logProbs, outcomes, beta);
  const start = objectiveOf(outcomes.refLogProbs, outcomes, beta).objective;
  const gap = best.objective - start;
  return {
    ...own,
    optimalObjective: best.objective,
    gapClosed: gap > 1e-12 ? (own.objective - start) / gap : 1,
    totalVariation: totalVariation(logProbs, best.logProbs),
    refTotalVariation: totalVariation(outcomes.refLogProbs, best.logProbs),
    klToOptimum: klDivergence(logProbs, best.logProbs),
    klFromOptimum: klDivergence(best.logProbs, logProbs),
    entropy: -expectation(logProbs, (y) => logProbs[y] as number),
  };
}

/**
 * The most E[r] for a divergence from the reference: [KL in nats, E[r]] of the optimum at each beta, in their order.
 */
export const frontier = (outcomes: Outcomes, betas: readonly number[]): [kl: number, reward: number][] =>
  betas.map((beta) => {
    const { kl, expectedReward } = objectiveOf(optimum(outcomes, beta).logProbs, outcomes, beta);
    return [kl, expectedReward];
  });
