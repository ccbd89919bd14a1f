/** @file Direct Preference Optimization (arXiv 2305.18290). */
import { variant } from '../formula/paper.ts';
import { pairMean } from '../objectives/pairs.ts';
import {
  inDpoTrainer,
  labelSmoothing,
  marginText,
  noPairsInVerl,
  preferenceBeta,
} from '../objectives/preferenceSettings.ts';
import { bestAndWorst } from '../sampling/pairs.ts';
import { grpo } from './grpo.ts';

/**
 * -(1 - s) log sigmoid(beta d) - s log sigmoid(-beta d), eq. 7; s is cDPO's label smoothing, 0 in the paper. d is the
 * difference of log pi - log pi_ref between the chosen completion and the rejected one, summed over tokens. TRL's
 * `sigmoid`.
 */
export const dpo = variant(grpo, {
  id: 'dpo',
  title: 'DPO',
  summary: 'A classifier of pairs: the chosen completion must gain more over the base than the rejected one.',
  formula: 'L = −log σ(β d),  d = log(π/π_ref)(chosen) − log(π/π_ref)(rejected)',
  citation: '2305.18290',
  trl: inDpoTrainer('sigmoid'),
  verl: noPairsInVerl,
  settings: [preferenceBeta, labelSmoothing],
  pairs: true,
  fixedWeights: 'takes a mean over pairs',
  sampling: bestAndWorst,
  regulariser: null,
  tokenWeights: pairMean,
  text: `# The preferred completion is made likelier than the other, measured from the base.
${marginText}
-((1 - label_smoothing) * logsigmoid(m) + label_smoothing * logsigmoid(-m))`,
});
