/** @file Kahneman-Tversky Optimization (KTO, arXiv 2402.01306). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { ktoReference } from '../advantages/referencePoint.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { grpo } from './grpo.ts';

const weight = (id: string, whose: string): Setting => ({
  id,
  default: 1,
  min: 0,
  max: 100,
  summary: `Weight of ${whose} completions.`,
});

/**
 * w (1 - sigmoid(+-(u - z))), u = beta times the completion's log-ratio to the base, z = max(0, beta KL(pi || pi_ref))
 * without gradient (eq. 8). Completions need no partner; a reward above 0.5 is desirable.
 */
export const kto = variant(grpo, {
  id: 'kto',
  title: 'KTO',
  summary:
    'Right completions are to gain over the base and wrong ones to lose, with diminishing returns on both sides; no pairs.',
  formula: 'L = w (1 − σ(±(β log(π/π_ref) − z))),  z = max(0, β mean log(π/π_ref)), + where right',
  citation: '2402.01306',
  trl: { none: 'TRL has it in KTOTrainer' },
  verl: { none: 'verl has no KTO' },
  settings: [preferenceBeta, weight('desirable_weight', 'right'), weight('undesirable_weight', 'wrong')],
  advantage: ktoReference,
  fixedAdvantage: 'compares each completion with the batch’s divergence from the base',
  fixedWeights: 'takes a mean over completions',
  tokenWeights: sequenceMeanTokenMean,
  regulariser: { kl: 'k1', placement: 'reward' },
  text: `# A is z, the mean gain of the batch: beyond it a completion has gained, below it lost.
gain = beta * sum(logp - refLogp)
value = sigmoid(where(R > 0.5, gain - A, A - gain))
where(R > 0.5, desirable_weight, undesirable_weight) * (1 - value)`,
});
