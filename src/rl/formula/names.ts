/** @file The names that a formula may use: one table for the compiler, the help list and the editor. */
import { exp, scalar, type Value } from '../../engine/graph/index.ts';
import { klEstimators, klForward, klReverse } from '../objectives/kl.ts';
import { logRatio, ratio } from '../objectives/ratio.ts';
import type { Terms } from '../objectives/terms.ts';

/** Extent of a value: one number [], one per completion [B, 1], per token [B, T], or per vocabulary entry [B, T, V]. */
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
}

type Build = FormulaName['build'];
const learnt = (name: string, summary: string, build: Build): FormulaName => ({
  name,
  extent: 'token',
  learns: true,
  summary,
  build,
});
const given = (name: string, summary: string, build: Build): FormulaName => ({
  ...learnt(name, summary, build),
  learns: false,
});
const estimate = (name: string, kind: keyof typeof klEstimators, summary: string): FormulaName =>
  learnt(name, summary, ({ logProbs, refLogProbs }) => klEstimators[kind](logProbs, refLogProbs));

const list: readonly FormulaName[] = [
  learnt('logp', 'Log-probability of the token under the policy.', ({ logProbs }) => logProbs),
  given('oldLogp', 'Log-probability of the token when it was sampled.', ({ oldLogProbs }) => oldLogProbs),
  given(
    'samplerLogp',
    'The same by the arithmetic of the sampler, which can differ from that of the trainer by rounding.',
    ({ samplerLogProbs }) => samplerLogProbs,
  ),
  given('refLogp', 'Log-probability of the token under the base.', ({ refLogProbs }) => refLogProbs),
  learnt('p', 'Probability of the token under the policy, exp(logp).', ({ logProbs }) => exp(logProbs)),
  learnt('ratio', 'How much likelier the token is than when it was sampled, exp(logp - oldLogp).', ratio),
  learnt('logRatio', 'logp - oldLogp.', logRatio),
  given(
    'advantages',
    'How much better the completion did than was expected, as the algorithm reckons it.',
    ({ advantages }) => advantages,
  ),
  given('A', 'Short for advantages.', ({ advantages }) => advantages),
  given('rewards', 'Reward of the completion, at each of its tokens.', ({ rewards }) => rewards),
  given('R', 'Short for rewards.', ({ rewards }) => rewards),
  given('mask', '1 on the tokens of the completion, 0 on what only fills up its row.', ({ mask }) => mask),
  given('expert', '1 on the tokens of completions that an expert wrote, else 0.', ({ expert }) => expert),
  learnt('entropy', 'Entropy of the policy before this token, in nats.', ({ entropy }) => entropy),
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
  learnt('klExact', 'KL(policy, base) over the whole vocabulary before this token, in nats.', klReverse),
  learnt('klExactForward', 'KL(base, policy) over the whole vocabulary before this token, in nats.', klForward),
  {
    name: 'logDistribution',
    extent: 'vocabulary',
    learns: true,
    summary: 'Log-probability of each entry of the vocabulary under the policy; fold it with sumVocabulary.',
    build: ({ logDistribution }) => logDistribution,
  },
  {
    name: 'refLogDistribution',
    extent: 'vocabulary',
    learns: false,
    summary: 'The same under the base.',
    build: ({ refLogDistribution }) => refLogDistribution,
  },
  {
    name: 'pi',
    extent: 'number',
    learns: false,
    summary: 'The number 3.14159…; the probability of the token is p.',
    build: () => scalar(Math.PI),
  },
];
export const formulaNames: ReadonlyMap<string, FormulaName> = new Map(list.map((entry) => [entry.name, entry]));

/**
 * Names for the texts of papers that select tokens or train a head; a custom text has neither. Settings have no
 * capitals, so a declared setting never has one of these names; a binding takes precedence.
 */
export const paperNames: ReadonlyMap<string, FormulaName> = new Map([
  ['isSelected', given('isSelected', '1 on the tokens that the selection chose, else 0.', ({ selected }) => selected)],
  [
    'headValue',
    learnt('headValue', 'The number that the head gives the text before this token.', ({ values }) => values),
  ],
]);
