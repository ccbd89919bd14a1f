/** @file Reward difference prediction (PRDP, arXiv 2402.08714). */
import { variant } from '../formula/paper.ts';
import { marginText, noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but the pair has rewards instead of an order, and beta d predicts their difference: (R - R' - beta
 * d)^2 / 2. Its minimum over all pairs is pi_ref exp(R / beta), the optimum of E[R] - beta KL. Without the paper's
 * proximal clip.
 */
export const prdp = variant(dpo, {
  id: 'prdp',
  title: 'PRDP (approximate: no proximal clip)',
  summary: 'The policy’s log-ratios learn to predict how much better one completion was rewarded than the other.',
  formula: 'L = (R − R′ − β d)² / 2',
  citation: '2402.08714',
  trl: { none: 'TRL has no PRDP' },
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# The margin predicts the difference of the rewards.
${marginText}
0.5 * square(chosen(mean(R)) - rejected(mean(R)) - m)`,
});
