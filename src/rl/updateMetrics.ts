/** @file The numbers of a step that are measured at every update, each in its own forward pass, over all passes and mini-batches. */
import type { Algorithm, Settings } from './algorithm.ts';
import type { GradientBatch, TokenStatistics } from './learner/learner.ts';
import type { StepMetrics } from './metrics.ts';

/** Outside of which ratio the gradient is cut, and whose ratio it is: a token's, or the geometric mean of its completion's. */
export interface ClipRange {
  readonly of: 'tokens' | 'completions';
  readonly low: number;
  readonly high: number;
}

/** Null where the algorithm does not clip the ratio of tokens or completions. */
export function clipRange({ clips, settings: declared }: Algorithm, { epsilon = 0, epsilon_high: above = epsilon }: Settings): ClipRange | null {
  if ((clips !== 'tokens' && clips !== 'completions') || !declared.some(({ id }) => id === 'epsilon')) return null;
  return { of: clips, low: 1 - epsilon, high: 1 + above };
}

/** What one update found. Tokens are those that a policy sampled, whether or not their completion takes part in the loss. */
export interface UpdateFacts {
  /** Before clipping. */
  readonly gradNorm: number;
  readonly tokens: number;
  /** Tokens whose gradient the clip removed, pushed down and pushed up. */
  readonly low: number;
  readonly high: number;
  /** Sum of old - lp, in nats. */
  readonly drift: number;
  /** Extremes of the ratio that the clip acts on, else of the tokens'. */
  readonly leastRatio: number;
  readonly mostRatio: number;
  /** Tokens that the algorithm chose, and those it chose from; absent where it chooses none. */
  readonly chosen?: { readonly tokens: number; readonly of: number };
}

const sum = (values: Float32Array): number => values.reduce((total, x) => total + x, 0);

/** The facts of one update but for its norm: `logProbs` [rows * columns] are those that its loss was computed with. */
export function updateFacts({ logProbs }: Pick<TokenStatistics, 'logProbs'>, { rows, arrays }: Pick<GradientBatch, 'rows' | 'arrays'>, clip: ClipRange | null): Omit<UpdateFacts, 'gradNorm'> {
  const { mask, expert, oldLogProbs, advantages, selected } = arrays as Required<GradientBatch['arrays']>;
  const columns = logProbs.length / Math.max(1, rows);
  const facts = { tokens: 0, low: 0, high: 0, drift: 0, leastRatio: Infinity, mostRatio: 0 };
  for (let row = 0; row < rows; row++) {
    const places = Array.from({ length: columns }, (_, t) => row * columns + t).filter((i) => mask[i] === 1 && expert[i] !== 1);
    const logRatios = places.map((i) => (logProbs[i] as number) - (oldLogProbs[i] as number));
    const total = logRatios.reduce((a, b) => a + b, 0);
    places.forEach((i, t) => {
      const ratio = Math.exp(clip?.of === 'completions' ? total / places.length : (logRatios[t] as number));
      if (clip && ratio < clip.low && (advantages[i] as number) < 0) facts.low++;
      if (clip && ratio > clip.high && (advantages[i] as number) > 0) facts.high++;
      facts.leastRatio = Math.min(facts.leastRatio, ratio);
      facts.mostRatio = Math.max(facts.mostRatio, ratio);
    });
    facts.tokens += places.length;
    facts.drift -= total;
  }
  return { ...facts, ...(selected ? { chosen: { tokens: sum(selected), of: sum(mask) } } : {}) };
}

/** Clip fractions as TRL's GRPOTrainer names them: means over tokens, and the extreme of the updates' own fractions. */
function clipMetrics(updates: readonly UpdateFacts[], tokens: number): StepMetrics {
  const total = (of: 'low' | 'high'): number => updates.reduce((count, update) => count + update[of], 0);
  const shares = (of: 'low' | 'high'): number[] => updates.filter((update) => update.tokens > 0).map((update) => update[of] / update.tokens);
  const [low, high] = [total('low'), total('high')];
  return {
    'clip_ratio/low_mean': low / tokens, 'clip_ratio/low_min': Math.min(...shares('low')),
    'clip_ratio/high_mean': high / tokens, 'clip_ratio/high_max': Math.max(...shares('high')),
    'clip_ratio/region_mean': (low + high) / tokens,
  };
}

/** Over all updates of a step, weighed by their tokens; approx_kl is the mean of old - lp (Schulman's k1, as PPO implementations log it). */
export function updateMetrics(updates: readonly UpdateFacts[], clip: ClipRange | null): StepMetrics {
  const total = (of: (update: UpdateFacts) => number): number => updates.reduce((sums, update) => sums + of(update), 0);
  const [tokens, choosable, flat] = [total((u) => u.tokens), total((u) => u.chosen?.of ?? 0), updates.filter(({ gradNorm }) => gradNorm === 0).length];
  return {
    ...(tokens > 0 ? {
      ...(clip ? clipMetrics(updates, tokens) : {}),
      approx_kl: total((u) => u.drift) / tokens,
      'policy_ratio/min': Math.min(...updates.map((u) => u.leastRatio)), 'policy_ratio/max': Math.max(...updates.map((u) => u.mostRatio)),
    } : {}),
    ...(choosable > 0 ? { frac_tokens_selected: total((u) => u.chosen?.tokens ?? 0) / choosable } : {}),
    num_updates: updates.length,
    ...(flat > 0 ? { num_updates_zero_grad: flat } : {}),
    grad_norm: updates.at(-1)?.gradNorm ?? 0,
  };
}
