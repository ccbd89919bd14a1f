/** @file The hinge loss on pairs (SLiC, arXiv 2305.10425; RSO, arXiv 2309.06657). */
import { mul, relu, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/** DPO, but max(0, 1 - beta d). TRL's `hinge`. */
export const hinge: Algorithm = {
  ...dpo,
  id: 'hinge',
  title: 'Hinge',
  summary: 'DPO that stops pushing a pair once its margin is reached.',
  formula: 'L = max(0, 1 − β d)',
  citation: '2309.06657',
  settings: [preferenceBeta],
  tokenLoss: (terms) => onTokens(relu(sub(1, mul(terms.setting('beta'), difference(pairLogRatios(terms))))), terms),
};
