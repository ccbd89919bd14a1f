/** @file Metrics of the policy before the step's first update: its distance from the base, its entropy, the loss. */
import { klNumbers } from '../objectives/kl.ts';
import { type BatchFacts, tokenMeanOf } from './facts.ts';
import type { Metrics } from './metric.ts';

export const policy = {
  kl_exact: {
    label: 'KL',
    unit: 'nats/token',
    formula: 'mean of Σ p (log p − log p_ref)',
    summary:
      'Distance from the base: how much likelier the policy makes its own tokens than the base does, as the mean of log p − log p of the base, exact over the vocabulary, before the step’s first update. 0.1 nats is a factor of 1.11.',
    chart: { id: 'kl', color: 'kl', floor: [0, 0.05], isMain: true },
    of: (facts) => tokenMeanOf(facts, (i) => facts.statistics.kl[i] as number),
  },
  entropy: {
    label: 'Entropy',
    unit: 'nats/token',
    formula: 'mean of −Σ p log p',
    summary:
      'How undecided the policy is about the next token, before the step’s first update; near 0 it has stopped exploring.',
    chart: { id: 'entropy', color: 'entropy', floor: [0, 0.2], isMain: true },
    of: (facts) => tokenMeanOf(facts, (i) => facts.statistics.entropy[i] as number),
  },
  kl: {
    label: 'KL (k3)',
    unit: 'nats/token',
    formula: 'mean of exp(ref − lp) − 1 − (ref − lp)',
    summary:
      'Estimated distance from the base on the sampled tokens, before the step’s first update; noisy on one batch.',
    chart: { id: 'kl-sampled', color: 'kl', floor: [0, 0.05] },
    of: (facts) => {
      const { logProbs, refLogProbs } = facts.statistics;
      const estimates = klNumbers('k3', logProbs, refLogProbs);
      return tokenMeanOf(facts, (i) => estimates[i] as number);
    },
  },
  policy_loss: {
    label: 'Loss',
    unit: '',
    formula: 'the objective with its sign turned, without the entropy bonus',
    summary: 'What the update makes smaller; its level says little, since advantages average to zero.',

    of: ({ statistics, bonus }) => statistics.loss + bonus,
  },
  loss: {
    label: 'Loss less the bonus',
    unit: '',
    formula: 'policy_loss − entropy_coef × mean token entropy',
    summary:
      'The loss with the entropy bonus taken off; the entropy is that of the completions that take part, at each update of the first pass.',
    only: 'with an entropy bonus',

    of: ({ algorithm, statistics }) => (algorithm.entropyBonus ? statistics.loss : undefined),
  },
} satisfies Metrics<BatchFacts>;
