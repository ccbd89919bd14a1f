/** @file Robust DPO (arXiv 2403.00409). */
import { inDpoTrainer, marginText, noPairsInVerl } from '../objectives/preferenceSettings.ts';
import { variant } from '../formula/paper.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but unbiased where a share s of the labels is flipped: (-(1 - s) log sigmoid(beta d) + s log sigmoid(-beta d)) /
 * (1 - 2 s). TRL's `robust`.
 */
export const robust = variant(dpo, {
  id: 'robust',
  title: 'Robust DPO',
  summary: 'DPO corrected for a known share of pairs labelled the wrong way round.',
  formula: 'L = (−(1−s) log σ(β d) + s log σ(−β d)) / (1 − 2s)',
  citation: '2403.00409',
  trl: inDpoTrainer('robust'),
  verl: noPairsInVerl,
  text: `# DPO, corrected for a share of pairs labelled the wrong way round.
${marginText}
(label_smoothing * logsigmoid(-m) - (1 - label_smoothing) * logsigmoid(m)) / (1 - 2 * label_smoothing)`,
});
