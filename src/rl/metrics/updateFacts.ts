/** @file What one update finds in its own forward pass, as metrics of updates read it. */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { type FloatArray, sum } from '../../lib/floats.ts';
import type { GradientBatch, TokenStatistics } from '../trajectory/tokens.ts';
import { type ClipRegion, clipRegions, type Cut } from '../objectives/clipRegions.ts';

/**
 * The bounds that cut a gradient, and whose ratio they act on: a token's, or the geometric mean of its completion's.
 */
export interface Clipping {
  readonly of: 'tokens' | 'completions';
  readonly regions: ReturnType<typeof clipRegions>;
}

/** Without regions where the algorithm does not clip the ratio of tokens or completions. */
export const clippingOf = (algorithm: Algorithm, settings: Settings): Clipping => ({
  of: algorithm.clips === 'completions' ? 'completions' : 'tokens',
  regions: clipRegions(algorithm, settings),
});

/** What one update found. Tokens are those that a policy sampled, of completions that take part in the loss. */
export interface UpdateFacts {
  /** Before clipping. */
  readonly gradNorm: number;
  readonly tokens: number;
  /** Tokens whose gradient was cut, by the bound that did it; of bounds that are in use. */
  readonly cut: Readonly<Partial<Record<ClipRegion, number>>>;
  /** Sum of old - lp, in nats. */
  readonly drift: number;
  /** Extremes of the ratio that the clip acts on, else of the tokens'. */
  readonly leastRatio: number;
  readonly mostRatio: number;
  /** Tokens that the algorithm chose, and those it chose from; absent where it chooses none. */
  readonly chosen?: { readonly tokens: number; readonly of: number };
}

/**
 * The facts of one update but for its norm: `logProbs` [rows * columns] are those that its loss was computed with.
 * Ratios are NaN where the policy that sampled is not known, and no bound then cuts.
 */
export function updateFacts(
  { logProbs }: Pick<TokenStatistics<FloatArray>, 'logProbs'>,
  { rows, arrays }: Pick<GradientBatch<FloatArray>, 'rows' | 'arrays'>,
  { of, regions }: Clipping,
): Omit<UpdateFacts, 'gradNorm'> {
  const { mask, expert, oldLogProbs, advantages, selected, entropyWeights } = arrays;
  const columns = logProbs.length / Math.max(1, rows);
  const facts = { tokens: 0, drift: 0, leastRatio: Infinity, mostRatio: 0 };
  const bounds = oldLogProbs && advantages ? (Object.entries(regions) as [ClipRegion, Cut][]) : [];
  const cut: Partial<Record<ClipRegion, number>> = Object.fromEntries(bounds.map(([region]) => [region, 0]));
  for (let row = 0; row < rows; row++) {
    // Of completions that take part every token has an entropy weight.
    const places = Array.from({ length: columns }, (_, t) => row * columns + t).filter(
      (i) => mask?.[i] === 1 && expert?.[i] !== 1 && entropyWeights?.[i] !== 0,
    );
    const logRatios = places.map((i) => (logProbs[i] as number) - (oldLogProbs?.[i] ?? NaN));
    const total = sum(logRatios);
    places.forEach((i, t) => {
      const ratio = Math.exp(of === 'completions' ? total / places.length : (logRatios[t] as number));
      for (const [region, cuts] of bounds)
        if (cuts(ratio, advantages?.[i] as number)) cut[region] = (cut[region] ?? 0) + 1;
      facts.leastRatio = Math.min(facts.leastRatio, ratio);
      facts.mostRatio = Math.max(facts.mostRatio, ratio);
    });
    facts.tokens += places.length;
    facts.drift -= total;
  }
  return { ...facts, cut, ...(selected && mask ? { chosen: { tokens: sum(selected), of: sum(mask) } } : {}) };
}
