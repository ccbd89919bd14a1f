/** @file Identity Preference Optimization (arXiv 2310.12036). */
import { div, square, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairMeans } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but (d - 1 / (2 beta))^2 (eq. 17, where beta is tau), with d the difference of the means over tokens: TRL's
 * `ipo`, which takes means where the paper writes sums, as the paper's authors confirmed to it.
 */
export const ipo: Algorithm = {
  ...dpo,
  id: 'ipo',
  title: 'IPO',
  summary:
    'DPO with a fixed margin to reach instead of one to widen for ever, so that certain pairs are not overfitted.',
  formula: 'L = (d − 1/(2β))²,  d from means over tokens',
  citation: '2310.12036',
  settings: [preferenceBeta],
  tokenLoss: (terms) => {
    const d = difference(pairMeans(sub(terms.logProbs, terms.refLogProbs), terms));
    return onTokens(square(sub(d, div(0.5, terms.setting('beta')))), terms);
  },
};
