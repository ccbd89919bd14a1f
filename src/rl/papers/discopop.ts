/** @file DiscoPOP: a loss over pairs that a language model found (arXiv 2406.08414). */
import { add, clip, div, exp, logSigmoid, mul, neg, sigmoid, sub } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { difference, onTokens, pairLogRatios } from '../objectives/pairs.ts';
import { preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/** Beyond this the exponential no longer fits a float32. */
const LARGEST_EXPONENT = 80;

/**
 * DPO, but blended with exp(-beta d) by w = sigmoid(beta d / tau): -(1 - w) log sigmoid(beta d) + w exp(-beta d) (eq.
 * 5). TRL's `discopop`.
 */
export const discopop: Algorithm = {
  ...dpo,
  id: 'discopop',
  title: 'DiscoPOP',
  summary: 'DPO blended with an exponential loss where the pair is already told apart; it is not convex.',
  formula: 'L = −(1−w) log σ(β d) + w exp(−β d),  w = σ(β d/τ)',
  citation: '2406.08414',
  settings: [
    preferenceBeta,
    {
      id: 'discopop_tau',
      default: 0.05,
      min: 0.001,
      max: 100,
      summary: 'How sharply one loss gives way to the other.',
    },
  ],
  tokenLoss: (terms) => {
    const margin = mul(terms.setting('beta'), difference(pairLogRatios(terms)));
    const blend = sigmoid(div(margin, terms.setting('discopop_tau')));
    const exponential = exp(clip(neg(margin), -LARGEST_EXPONENT, LARGEST_EXPONENT));
    return onTokens(add(mul(sub(blend, 1), logSigmoid(margin)), mul(blend, exponential)), terms);
  },
};
