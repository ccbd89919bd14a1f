/** @file CHORD: on-policy learning and imitation of an expert in one loss (arXiv 2508.11408). */
import { add, exp, greater, mul, neg, stopGradient, sub, where, type Value } from '../../engine/graph/index.ts';
import type { Algorithm, CompletionShape, Setting } from '../algorithm.ts';
import type { Terms } from '../objectives/terms.ts';
import { grpo } from './grpo.ts';

export const mu: Setting = { id: 'mu', default: 0.1, min: 0, max: 1, summary: 'Share of the expert’s completions in the loss; the rest is the policy’s own.' };
const phi: Setting = { id: 'phi', default: 1, min: 0, max: 1, summary: 'At 1 an expert’s token counts by p (1 − p), so that neither known nor alien ones rule; at 0 all count the same.' };

/** (1 - mu) GRPO on the policy's tokens, mu `imitation` on the expert's, [B, T]. */
export function mixed(terms: Terms, imitation: Value): Value {
  const share = terms.setting('mu');
  return where(greater(terms.expert, 0.5), mul(share, imitation), mul(sub(1, share), grpo.tokenLoss(terms)));
}

/** A token mean over the expert's completions and one over the policy's own; a mean over none is no part of the loss. */
export function separateTokenMeans(completions: readonly CompletionShape[]): Float32Array {
  const tokens = (expert: boolean): number => completions.reduce((sum, c) => sum + ((c.expert ?? false) === expert ? c.length : 0), 0);
  const counts = { own: tokens(false), expert: tokens(true) };
  return Float32Array.from(completions, ({ length, expert }) => (length > 0 ? 1 / (expert ? counts.expert : counts.own) : 0));
}

/** GRPO, but mu of the loss is SFT on an expert's tokens, each weighed by phi = sg[p (1 - p)] (CHORD-phi; Trinity-RFT's `mix_chord`). */
export const chord: Algorithm = {
  ...grpo,
  id: 'chord',
  title: 'CHORD',
  summary: 'GRPO on the policy’s own completions and imitation of an expert’s, mixed by μ.',
  formula: 'L = (1−μ) L_GRPO − μ mean sg[p (1−p)] log p over the expert’s tokens',
  citation: '2508.11408',
  settings: [...grpo.settings, mu, phi],
  clips: 'otherwise',
  tokenLoss: (terms) => {
    const p = exp(terms.logProbs);
    const extent = terms.setting('phi');
    const weight = add(sub(1, extent), mul(extent, mul(p, sub(1, p))));
    return mixed(terms, neg(mul(stopGradient(weight), terms.logProbs)));
  },
  tokenWeights: separateTokenMeans,
};
