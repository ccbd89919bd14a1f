/** @file What can be said of an objective's plain arrays beside its loss; what does not apply is absent. */
import { mean } from '../../lib/statistics.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { CheckedInput } from './objectiveInput.ts';
import { clipRegions, clipShares } from '../objectives/clipRegions.ts';
import { klNumbers } from '../objectives/kl.ts';

type Rows = readonly (readonly number[])[];
type Metrics = Record<string, number>;

/** Mean of each named function over the tokens that count; empty where there are none. */
function tokenMeans(mask: Rows, functions: Readonly<Record<string, (b: number, t: number) => number>>): Metrics {
  const places = mask.flatMap((row, b) => row.flatMap((m, t) => (m === 1 ? [[b, t] as const] : [])));
  if (places.length === 0) return {};
  return Object.fromEntries(
    Object.entries(functions).map(([name, f]) => [name, mean(places.map(([b, t]) => f(b, t)))]),
  );
}

const at = (rows: Rows, b: number, t: number): number => rows[b]?.[t] ?? 0;

/**
 * Shares of tokens whose gradient a clip of the ratio removes, the ratio being the token's or its completion's
 * geometric mean.
 */
function clipping(
  algorithm: Algorithm,
  { arrays: { logp, oldLogp, advantages }, mask }: CheckedInput,
  settings: Readonly<Record<string, number>>,
): Metrics {
  if (!logp || !oldLogp || !advantages) return {};
  const tokens = mask.flatMap((row, b) => {
    const inside = [...row.keys()].filter((t) => row[t] === 1);
    const logRatios = inside.map((t) => at(logp, b, t) - at(oldLogp, b, t));
    const whole = logRatios.reduce((x, y) => x + y, 0) / Math.max(1, inside.length);
    return inside.map(
      (t, i) =>
        [Math.exp(algorithm.clips === 'completions' ? whole : (logRatios[i] as number)), at(advantages, b, t)] as const,
    );
  });
  return clipShares(clipRegions(algorithm, settings), tokens);
}

/**
 * TRL's metrics of its DPO trainer: beta times the log-ratio over the reference is the reward that a completion stands
 * for.
 */
function preferences(
  { arrays: { logp, refLogp }, mask }: CheckedInput,
  beta: number | undefined,
  order: readonly number[],
): Metrics {
  if (!logp || !refLogp || beta === undefined) return {};
  const logRatio = (b: number): number =>
    (mask[b] ?? []).reduce((sum, m, t) => (m === 1 ? sum + at(logp, b, t) - at(refLogp, b, t) : sum), 0);
  const pairs = Array.from(
    { length: order.length / 2 },
    (_, p) => [order[2 * p] as number, order[2 * p + 1] as number] as const,
  )
    .filter((pair) => pair.every((b) => mask[b]?.includes(1)))
    .map(([chosen, rejected]) => [beta * logRatio(chosen), beta * logRatio(rejected)] as const);
  if (pairs.length === 0) return {};
  return {
    'rewards/chosen': mean(pairs.map(([c]) => c)),
    'rewards/rejected': mean(pairs.map(([, r]) => r)),
    'rewards/margins': mean(pairs.map(([c, r]) => c - r)),
    'rewards/accuracies': mean(pairs.map(([c, r]) => Number(c > r))),
  };
}

/** Metrics by TRL's names; `order` is that of `evaluateObjective`. A number that is not finite is left out. */
export function objectiveMetrics(
  algorithm: Algorithm,
  checked: CheckedInput,
  settings: Readonly<Record<string, number>>,
  order: readonly number[],
): Metrics {
  const {
    arrays: { logp = [], oldLogp, refLogp, samplerLogp, entropy, rewards },
    excluded,
  } = checked;
  // A row outside all pairs takes no part.
  const mask = checked.mask.map((row, b) => (order.includes(b) ? row : row.map(() => 0)));
  const found: Metrics = {
    num_tokens: mask.reduce((sum, row) => sum + row.reduce((a, b) => a + b, 0), 0),
    ...(rewards ? { 'rewards/excluded': excluded.filter(Boolean).length } : {}),
    ...tokenMeans(mask, {
      ...(oldLogp ? { approx_kl: (b, t) => at(oldLogp, b, t) - at(logp, b, t) } : {}),
      ...(refLogp ? { kl: (b, t) => klNumbers('k3', [at(logp, b, t)], [at(refLogp, b, t)])[0] as number } : {}),
      ...(entropy ? { entropy: (b, t) => at(entropy, b, t) } : {}),
      // Two arithmetics of one policy, the one that sampled; an update since then is no disagreement.
      ...(samplerLogp
        ? {
            'sampling/sampling_logp_difference/mean': (b, t) =>
              Math.abs(at(samplerLogp, b, t) - at(oldLogp ?? logp, b, t)),
          }
        : {}),
    }),
    ...clipping(algorithm, { ...checked, mask }, settings),
    ...(algorithm.pairs ? preferences(checked, settings.beta, order) : {}),
  };
  return Object.fromEntries(Object.entries(found).filter(([, value]) => Number.isFinite(value)));
}
