/** @file Efficient Exact Optimization on pairs (arXiv 2402.00856). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, labelSmoothing, marginText, noPairsInVerl } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but the reverse divergence: KL of (sigmoid(beta d), sigmoid(-beta d)) from (1 - s, s) (eq. 16). TRL's
 * `exo_pair`; s is 10^-3 by default as in TRL, since log 0 is infinite.
 */
export const exoPair = variant(dpo, {
  id: 'exoPair',
  title: 'EXO (pairs)',
  summary: 'DPO with the divergence the other way round, which seeks the mode that the labels favour.',
  formula: 'L = KL((σ(β d), σ(−β d)) ‖ (1−s, s))',
  citation: '2402.00856',
  trl: inDpoTrainer('exo_pair'),
  verl: noPairsInVerl,
  settings: [
    ...dpo.settings.filter(({ id }) => id !== labelSmoothing.id),
    { ...labelSmoothing, default: 1e-3, min: 1e-6 },
  ],
  text: `# The divergence of (sigmoid(m), sigmoid(-m)) from the labels.
${marginText}
right = sigmoid(m) * (logsigmoid(m) - log(1 - label_smoothing))
wrong = sigmoid(-m) * (logsigmoid(-m) - log(label_smoothing))
right + wrong`,
});
