/** @file 95 % intervals of shares: of independent trials, and of problems each answered several times. */
import { assert } from './assert.ts';
import type { Interval } from './statistics.ts';

/** Probability in each tail of a 95 % interval. */
const TAIL = 0.025;

/** log Gamma(x) for x > 0, to 1e-12; Stirling's series (DLMF 5.11.1) after the recurrence has brought x above 10. */
function logGamma(x: number): number {
  let product = 1;
  let z = x;
  for (; z < 10; z++) product *= z;
  const square = 1 / (z * z);
  const series = (1 / 12 - square * (1 / 360 - square * (1 / 1260 - square * (1 / 1680 - square / 1188)))) / z;
  return (z - 0.5) * Math.log(z) - z + 0.5 * Math.log(2 * Math.PI) + series - Math.log(product);
}

/** The continued fraction of the incomplete beta function (DLMF 8.17.22), evaluated by Lentz's method. */
function betaFraction(x: number, a: number, b: number): number {
  const coefficient = (n: number): number => {
    const m = Math.floor(n / 2);
    return n % 2 === 0
      ? (m * (b - m) * x) / ((a + 2 * m - 1) * (a + 2 * m))
      : (-(a + m) * (a + b + m) * x) / ((a + 2 * m) * (a + 2 * m + 1));
  };
  let [value, numerator, denominator] = [1, 1, 0];
  for (let n = 1; n <= 100_000; n++) {
    const term = coefficient(n);
    denominator = 1 / (1 + term * denominator);
    numerator = 1 + term / numerator;
    const factor = numerator * denominator;
    value *= factor;
    if (Math.abs(factor - 1) < 1e-14) break;
  }
  return 1 / value;
}

/** The distribution function of Beta(a, b) at x (DLMF 8.17.2). */
function betaCdf(x: number, a: number, b: number): number {
  if (x <= 0 || x >= 1) return x <= 0 ? 0 : 1;
  const front = Math.exp(logGamma(a + b) - logGamma(a) - logGamma(b) + a * Math.log(x) + b * Math.log1p(-x));
  // The fraction converges fast on one side of the mean only; the other side follows by symmetry.
  return x < (a + 1) / (a + b + 2) ? (front * betaFraction(x, a, b)) / a : 1 - (front * betaFraction(1 - x, b, a)) / b;
}

/** The p-quantile of Beta(a, b), by bisection to double precision. */
function betaQuantile(p: number, a: number, b: number): number {
  let [low, high] = [0, 1];
  for (let i = 0; i < 52; i++) {
    const middle = (low + high) / 2;
    if (betaCdf(middle, a, b) < p) low = middle;
    else high = middle;
  }
  return (low + high) / 2;
}

/**
 * 95 % interval of the chance behind `right` successes in `trials` independent trials (Clopper and Pearson, Biometrika
 * 26, 1934): it covers at least 95 times in 100 for every chance, lies in [0, 1], contains right / trials, and has a
 * width > 0. Both may be fractional. UsageError unless 0 <= right <= trials and trials > 0.
 */
export function binomialInterval(right: number, trials: number): Interval {
  assert(trials > 0 && right >= 0 && right <= trials, `right: 0 to the number of trials, not ${right} of ${trials}`);
  return [
    right === 0 ? 0 : betaQuantile(TAIL, right, trials - right + 1),
    right === trials ? 1 : betaQuantile(1 - TAIL, right + 1, trials - right),
  ];
}

/**
 * The number of independent trials with the same variance of the mean as these problems, each answered `samples` times:
 * p (1 - p) / Var(mean). Var(mean) is the variance between the problems' shares over their number, so it includes both
 * levels, problems and samples. Ranges from the number of problems (each always right or always wrong) to the number of
 * samples (all equally hard).
 */
function effectiveTrials(right: readonly number[], samples: number): number {
  const problems = right.length;
  // Two pseudo-problems, one all right and one all wrong, keep the variance above 0. Without them, where nearly all
  // problems are right and a few never are, the interval covers only 68 to 90 times in 100.
  const shares = [...right.map((count) => count / samples), 0, 1];
  const center = shares.reduce((sum, share) => sum + share, 0) / shares.length;
  const variance = shares.reduce((sum, share) => sum + (share - center) ** 2, 0) / (shares.length - 1);
  return Math.min(problems * samples, Math.max(problems, (problems * center * (1 - center)) / variance));
}

/**
 * 95 % interval of the accuracy over the population of problems that these were drawn from; `right[i]` of `samples`
 * completions of problem i are right. Clopper and Pearson's interval for the effective number of trials, as Korn and
 * Graubard do for clustered samples (Survey Methodology 24, 1998). With one sample per problem it is the plain
 * Clopper-Pearson interval. `npm run coverage` measures its coverage. UsageError for no problems, `samples` below 1 or
 * counts above `samples`.
 */
export function accuracyInterval(right: readonly number[], samples: number): Interval {
  assert(right.length > 0, 'right: at least one problem is needed for an interval');
  assert(Number.isInteger(samples) && samples >= 1, `samples: a whole number from 1, not ${samples}`);
  assert(
    right.every((count) => count >= 0 && count <= samples),
    `right: 0 to ${samples} for each problem`,
  );
  const share = right.reduce((sum, count) => sum + count, 0) / (right.length * samples);
  const trials = effectiveTrials(right, samples);
  return binomialInterval(share * trials, trials);
}

/** A number with its 95 % interval. */
export interface Estimate {
  readonly value: number;
  readonly interval: Interval;
}

/**
 * 95 % interval of `after - before` for two independent estimates, from the distance of each to its own limits (Zou and
 * Donner, Statistics in Medicine 27, 2008; for shares it is method 10 of Newcombe, Statistics in Medicine 17, 1998).
 * Measured on the same problems the two are positively correlated, and the interval is too wide rather than too
 * narrow.
 */
export function differenceInterval(before: Estimate, after: Estimate): Interval {
  const difference = after.value - before.value;
  return [
    difference - Math.hypot(after.value - after.interval[0], before.interval[1] - before.value),
    difference + Math.hypot(after.interval[1] - after.value, before.value - before.interval[0]),
  ];
}
