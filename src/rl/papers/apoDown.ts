/** @file Anchored Preference Optimization, down (arXiv 2408.06266). */
import { inDpoTrainer, marginText, noPairsInVerl } from '../objectives/preferenceSettings.ts';
import { variant } from '../formula/paper.ts';
import { apoZero } from './apoZero.ts';

/**
 * APO zero, but both log-ratios go down, that of the rejected completion more: sigmoid(beta log-ratio chosen) + 1 -
 * sigmoid(beta d) (eq. 8). TRL's `apo_down`.
 */
export const apoDown = variant(apoZero, {
  id: 'apoDown',
  title: 'APO down',
  summary: 'Both completions go down, the rejected one more, for data that is worse than the policy.',
  formula: 'L = σ(β log(π/π_ref)(chosen)) + σ(−β d)',
  trl: inDpoTrainer('apo_down'),
  verl: noPairsInVerl,
  text: `# Both go down, the rejected one more.
${marginText}
sigmoid(beta * chosen(gain)) + sigmoid(-m)`,
});
