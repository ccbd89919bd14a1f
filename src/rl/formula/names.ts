/** @file The names that a formula may use: one table for the compiler, the help list and the editor. */
import { exp, scalar, type Value } from '../../engine/graph/index.ts';
import { klEstimators, klForward, klNumbers, klReverse, klSlopes } from '../objectives/kl.ts';
import { logRatio, ratio } from '../objectives/ratio.ts';
import type { Terms } from '../objectives/terms.ts';

/**
 * How many numbers something has: one, one a completion [B, 1], one a token [B, T], or one for each entry of the
 * vocabulary [B, T, V].
 */
export type Extent = 'number' | 'completion' | 'token' | 'vocabulary';
export const extents: readonly Extent[] = ['number', 'completion', 'token', 'vocabulary'];

export interface FormulaName {
  readonly name: string;
  readonly extent: Extent;
  /** Whether the policy's gradient flows through it. */
  readonly learns: boolean;
  /** One sentence. */
  readonly summary: string;
  build(terms: Terms): Value;
  /** The same as a plain number; absent where one token's numbers do not tell it. */
  readonly read?: (token: TokenNumbers) => number;
  /**
   * How fast it grows with the token's logp; of what learns, absent where that is a matter of the whole distribution.
   */
  readonly slope?: (token: TokenNumbers) => number;
}

/** What is known of one token, in nats where it is a logarithm. */
export interface TokenNumbers {
  readonly logp: number;
  readonly oldLogp: number;
  readonly refLogp: number;
  readonly advantage: number;
  readonly reward: number;
  /** 1 where an expert wrote the completion, else 0. */
  readonly expert: number;
  readonly entropy: number;
  readonly klExact: number;
}

type Build = FormulaName['build'];
type Read = Required<FormulaName>['read'];
const named = (
  name: string,
  extent: Extent,
  learns: boolean,
  summary: string,
  build: Build,
  read?: Read,
  slope?: Read,
): FormulaName => ({ name, extent, learns, summary, build, ...(read ? { read } : {}), ...(slope ? { slope } : {}) });
const learnt = (name: string, summary: string, build: Build, read?: Read, slope?: Read): FormulaName =>
  named(name, 'token', true, summary, build, read, slope);
const given = (name: string, summary: string, build: Build, read?: Read): FormulaName =>
  named(name, 'token', false, summary, build, read);
const estimate = (name: string, kind: keyof typeof klEstimators, summary: string): FormulaName =>
  learnt(
    name,
    summary,
    ({ logProbs, refLogProbs }) => klEstimators[kind](logProbs, refLogProbs),
    ({ logp, refLogp }) => klNumbers[kind](logp, refLogp),
    ({ logp, refLogp }) => klSlopes[kind](logp, refLogp),
  );

const list: readonly FormulaName[] = [
  learnt(
    'logp',
    'Log-probability of the token under the policy.',
    ({ logProbs }) => logProbs,
    ({ logp }) => logp,
    () => 1,
  ),
  given(
    'oldLogp',
    'Log-probability of the token when it was sampled.',
    ({ oldLogProbs }) => oldLogProbs,
    ({ oldLogp }) => oldLogp,
  ),
  given(
    'samplerLogp',
    'The same by the arithmetic of the sampler, which can differ from that of the trainer by rounding.',
    ({ samplerLogProbs }) => samplerLogProbs,
  ),
  given(
    'refLogp',
    'Log-probability of the token under the base.',
    ({ refLogProbs }) => refLogProbs,
    ({ refLogp }) => refLogp,
  ),
  learnt(
    'p',
    'Probability of the token under the policy, exp(logp).',
    ({ logProbs }) => exp(logProbs),
    ({ logp }) => Math.exp(logp),
    ({ logp }) => Math.exp(logp),
  ),
  learnt(
    'ratio',
    'How much likelier the token is than when it was sampled, exp(logp - oldLogp).',
    ratio,
    ({ logp, oldLogp }) => Math.exp(logp - oldLogp),
    ({ logp, oldLogp }) => Math.exp(logp - oldLogp),
  ),
  learnt(
    'logRatio',
    'logp - oldLogp.',
    logRatio,
    ({ logp, oldLogp }) => logp - oldLogp,
    () => 1,
  ),
  given(
    'advantages',
    'How much better the completion did than was expected, as the algorithm reckons it.',
    ({ advantages }) => advantages,
    ({ advantage }) => advantage,
  ),
  given(
    'A',
    'Short for advantages.',
    ({ advantages }) => advantages,
    ({ advantage }) => advantage,
  ),
  given(
    'rewards',
    'Reward of the completion, at each of its tokens.',
    ({ rewards }) => rewards,
    ({ reward }) => reward,
  ),
  given(
    'R',
    'Short for rewards.',
    ({ rewards }) => rewards,
    ({ reward }) => reward,
  ),
  given(
    'mask',
    '1 on the tokens of the completion, 0 on what only fills up its row.',
    ({ mask }) => mask,
    () => 1,
  ),
  given(
    'expert',
    '1 on the tokens of completions that an expert wrote, else 0.',
    ({ expert }) => expert,
    ({ expert }) => expert,
  ),
  learnt(
    'entropy',
    'Entropy of the policy before this token, in nats.',
    ({ entropy }) => entropy,
    ({ entropy }) => entropy,
  ),
  estimate(
    'k1',
    'k1',
    'Estimate of the divergence from the base: logp - refLogp. As a loss its gradient averages to nothing.',
  ),
  estimate(
    'k2',
    'k2',
    'Estimate of the divergence from the base: (logp - refLogp)^2 / 2. As a loss it has the gradient of KL(policy, base).',
  ),
  estimate(
    'k3',
    'k3',
    'Estimate of the divergence from the base: exp(refLogp - logp) - 1 - (refLogp - logp). As a loss it has the gradient of KL(base, policy).',
  ),
  estimate('k3k2', 'k3WithK2Gradient', 'The value of k3 with the gradient of k2.'),
  learnt(
    'klExact',
    'KL(policy, base) over the whole vocabulary before this token, in nats.',
    klReverse,
    ({ klExact }) => klExact,
  ),
  learnt('klExactForward', 'KL(base, policy) over the whole vocabulary before this token, in nats.', klForward),
  named(
    'logDistribution',
    'vocabulary',
    true,
    'Log-probability of each entry of the vocabulary under the policy; fold it with sumVocabulary.',
    ({ logDistribution }) => logDistribution,
  ),
  named(
    'refLogDistribution',
    'vocabulary',
    false,
    'The same under the base.',
    ({ refLogDistribution }) => refLogDistribution,
  ),
  named(
    'pi',
    'number',
    false,
    'The number 3.14159…; the probability of the token is p.',
    () => scalar(Math.PI),
    () => Math.PI,
  ),
];

export const formulaNames: ReadonlyMap<string, FormulaName> = new Map(list.map((entry) => [entry.name, entry]));
