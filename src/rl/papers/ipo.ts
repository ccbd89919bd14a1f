/** @file Identity Preference Optimization (arXiv 2310.12036). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but (d - 1 / (2 beta))^2 (eq. 17, where beta is tau), with d the difference of means over tokens. TRL's `ipo`:
 * means instead of the paper's sums, as its authors confirmed to TRL.
 */
export const ipo = variant(dpo, {
  id: 'ipo',
  title: 'IPO',
  summary:
    'DPO with a fixed margin to reach instead of one to widen for ever, so that certain pairs are not overfitted.',
  formula: 'L = (d − 1/(2β))²,  d from means over tokens',
  citation: '2310.12036',
  trl: inDpoTrainer('ipo'),
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# The same per token, drawn to a fixed distance instead of as far as it goes.
gain = mean(logp - refLogp)
square(chosen(gain) - rejected(gain) - 0.5 / beta)`,
});
