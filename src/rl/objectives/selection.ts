/**
 * @file Selections of tokens that need the whole batch: computed on plain arrays before an update, since a graph sees
 * only one micro-batch.
 */
import type { SelectionFacts } from './tokenSelection.ts';
import { mul } from '../../engine/graph/index.ts';
import type { Algorithm } from './algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { topEntropyMask } from './entropy.ts';

export const topEntropy: Setting = {
  id: 'top_entropy_quantile',
  default: 1,
  min: 0,
  max: 1,
  summary: 'Share of the tokens, those with the highest entropy, that are learnt from; 1 is all.',
};

/** The algorithm on the tokens of highest entropy only (arXiv 2506.01939); the KL penalty still acts on all tokens. */
export function withTopEntropy(algorithm: Algorithm): Algorithm {
  return {
    ...algorithm,
    stepSettings: [...(algorithm.stepSettings ?? []), topEntropy],
    selection: {
      reads: 'entropy',
      choose: ({ entropy, mask, settings }) =>
        topEntropyMask(entropy, mask, settings[topEntropy.id] ?? topEntropy.default),
    },
    tokenLoss: (terms) => mul(algorithm.tokenLoss(terms), terms.selected),
  };
}

/**
 * (log pi - mean) (A - mean) of each token in `mask`, means over those tokens: how much an update on it lowers entropy
 * (arXiv 2505.22617, eq. 10).
 */
export function covariances({ logProbs, advantages, mask }: Pick<SelectionFacts, 'logProbs' | 'advantages' | 'mask'>): {
  readonly index: number;
  readonly covariance: number;
}[] {
  const inside = [...mask.keys()].filter((i) => (mask[i] as number) > 0);
  const meanOf = (values: Float32Array): number =>
    inside.reduce((sum, i) => sum + (values[i] as number), 0) / Math.max(1, inside.length);
  const [logProb, advantage] = [meanOf(logProbs), meanOf(advantages)];
  return inside.map((index) => ({
    index,
    covariance: ((logProbs[index] as number) - logProb) * ((advantages[index] as number) - advantage),
  }));
}

/** 1 at `indices`, else 0, [length]. */
export function marksAt(length: number, indices: readonly number[]): Float32Array {
  const marks = new Float32Array(length);
  for (const i of indices) marks[i] = 1;
  return marks;
}
