/** @file Self-Play Preference Optimization with hard labels (arXiv 2405.00675). */
import { add, div, square, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but each log-ratio has a target, 1 / (2 beta) for the chosen and its negative for the rejected: eq. 4.7 with P =
 * 1 or 0. TRL's `sppo_hard`.
 */
export const sppoHard: Algorithm = {
  ...dpo,
  id: 'sppoHard',
  title: 'SPPO (hard labels)',
  summary: 'Each log-ratio over the base is regressed on what winning or losing should have made of it.',
  formula: 'L = (log(π/π_ref)(chosen) − 1/(2β))² + (log(π/π_ref)(rejected) + 1/(2β))²',
  citation: '2405.00675',
  settings: [preferenceBeta],
  tokenLoss: (terms) => {
    const { chosen, rejected } = pairLogRatios(terms);
    const target = div(0.5, terms.setting('beta'));
    return onTokens(add(square(sub(chosen, target)), square(add(rejected, target))), terms);
  },
};
