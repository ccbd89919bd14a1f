/** @file Anchored Preference Optimization, zero (arXiv 2408.06266). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, noPairsInVerl, preferenceBeta, scaledText } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but each completion is compared with the base: 1 - sigmoid(beta log-ratio chosen) + sigmoid(beta log-ratio
 * rejected) (eq. 7). TRL's `apo_zero`.
 */
export const apoZero = variant(dpo, {
  id: 'apoZero',
  title: 'APO zero',
  summary: 'The chosen completion goes up and the rejected one down, for data that is better than the policy.',
  formula: 'L = σ(−β log(π/π_ref)(chosen)) + σ(β log(π/π_ref)(rejected))',
  citation: '2408.06266',
  trl: inDpoTrainer('apo_zero'),
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# The chosen completion goes up, the rejected one down.
${scaledText}
sigmoid(-u) + sigmoid(v)`,
});
