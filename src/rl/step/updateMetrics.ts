/** @file Metrics measured at every update, in its own forward pass, over all passes and mini-batches of a step. */
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import type { GradientBatch, TokenStatistics } from '../trajectory/tokens.ts';
import type { StepMetrics } from '../metrics/catalogue.ts';
import { type ClipRegion, clipRegionIds, clipRegions, type Cut } from '../objectives/clipRegions.ts';

/**
 * Bounds beyond which a gradient is cut, and the ratio that they act on: a token's, or the geometric mean of its
 * completion's.
 */
export interface Clipping {
  readonly of: 'tokens' | 'completions';
  readonly regions: ReturnType<typeof clipRegions>;
}

/** The clipping of an algorithm; no regions if it does not clip a ratio. */
export const clippingOf = (algorithm: Algorithm, settings: Settings): Clipping => ({
  of: algorithm.clips === 'completions' ? 'completions' : 'tokens',
  regions: clipRegions(algorithm, settings),
});

/** Measurements of an update, over policy-written tokens of completions in the loss. */
export interface UpdateFacts {
  /** Before clipping. */
  readonly gradNorm: number;
  readonly tokens: number;
  /** Tokens with a cut gradient, by bound in use. */
  readonly cut: Readonly<Partial<Record<ClipRegion, number>>>;
  /** Sum of old - lp, in nats. */
  readonly drift: number;
  /** Extremes of the ratio that the clip acts on, or of tokens without a clip. */
  readonly leastRatio: number;
  readonly mostRatio: number;
  /** Tokens that the algorithm selected, and the number it selected from; absent without a selection. */
  readonly chosen?: { readonly tokens: number; readonly of: number };
}

const sum = (values: Float32Array): number => values.reduce((total, x) => total + x, 0);

/** Facts of one update without its gradient norm; `logProbs` [rows * columns] are from its own forward pass. */
export function updateFacts(
  { logProbs }: Pick<TokenStatistics, 'logProbs'>,
  { rows, arrays }: Pick<GradientBatch, 'rows' | 'arrays'>,
  { of, regions }: Clipping,
): Omit<UpdateFacts, 'gradNorm'> {
  // Entropy weights are above 0 exactly at tokens of completions in the loss.
  const { mask, expert, oldLogProbs, advantages, selected } = arrays as Required<GradientBatch['arrays']>;
  const { entropyWeights } = arrays;
  const columns = logProbs.length / Math.max(1, rows);
  const facts = { tokens: 0, drift: 0, leastRatio: Infinity, mostRatio: 0 };
  const bounds = Object.entries(regions) as [ClipRegion, Cut][];
  const cut: Partial<Record<ClipRegion, number>> = Object.fromEntries(bounds.map(([region]) => [region, 0]));
  for (let row = 0; row < rows; row++) {
    const places = Array.from({ length: columns }, (_, t) => row * columns + t).filter(
      (i) => mask[i] === 1 && expert[i] !== 1 && entropyWeights?.[i] !== 0,
    );
    const logRatios = places.map((i) => (logProbs[i] as number) - (oldLogProbs[i] as number));
    const total = logRatios.reduce((a, b) => a + b, 0);
    places.forEach((i, t) => {
      const ratio = Math.exp(of === 'completions' ? total / places.length : (logRatios[t] as number));
      for (const [region, cuts] of bounds)
        if (cuts(ratio, advantages[i] as number)) cut[region] = (cut[region] ?? 0) + 1;
      facts.leastRatio = Math.min(facts.leastRatio, ratio);
      facts.mostRatio = Math.max(facts.mostRatio, ratio);
    });
    facts.tokens += places.length;
    facts.drift -= total;
  }
  return { ...facts, cut, ...(selected ? { chosen: { tokens: sum(selected), of: sum(mask) } } : {}) };
}

/**
 * Clip fractions with the names of TRL's GRPOTrainer: means over tokens, and extremes over updates. Absent for bounds
 * that are not in use.
 */
function clipMetrics(updates: readonly UpdateFacts[], tokens: number): StepMetrics {
  const share = (of: ClipRegion): number => updates.reduce((count, { cut }) => count + (cut[of] ?? 0), 0) / tokens;
  const shares = (of: ClipRegion): number[] =>
    updates.filter((update) => update.tokens > 0).map(({ cut, tokens: all }) => (cut[of] ?? 0) / all);
  const inUse = clipRegionIds.filter((region) => updates.some(({ cut }) => region in cut));
  return {
    ...Object.fromEntries(inUse.map((region) => [`clip_ratio/${region}_mean`, share(region)])),
    ...(inUse.includes('low')
      ? {
          'clip_ratio/low_min': Math.min(...shares('low')),
          'clip_ratio/high_max': Math.max(...shares('high')),
          'clip_ratio/region_mean': share('low') + share('high'),
        }
      : {}),
  };
}

/**
 * Metrics over all updates of a step, weighed by their tokens; approx_kl is the mean of old - lp (Schulman's k1, as in
 * PPO implementations).
 */
export function updateMetrics(updates: readonly UpdateFacts[]): StepMetrics {
  const total = (of: (update: UpdateFacts) => number): number => updates.reduce((sums, update) => sums + of(update), 0);
  const [tokens, choosable, flat] = [
    total((u) => u.tokens),
    total((u) => u.chosen?.of ?? 0),
    updates.filter(({ gradNorm }) => gradNorm === 0).length,
  ];
  return {
    ...(tokens > 0
      ? {
          ...clipMetrics(updates, tokens),
          approx_kl: total((u) => u.drift) / tokens,
          'policy_ratio/min': Math.min(...updates.map((u) => u.leastRatio)),
          'policy_ratio/max': Math.max(...updates.map((u) => u.mostRatio)),
        }
      : {}),
    ...(choosable > 0 ? { frac_tokens_selected: total((u) => u.chosen?.tokens ?? 0) / choosable } : {}),
    num_updates: updates.length,
    ...(flat > 0 ? { num_updates_zero_grad: flat } : {}),
    grad_norm: updates.at(-1)?.gradNorm ?? 0,
  };
}
