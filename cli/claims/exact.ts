/** @file Metrics of a run on a task with a known optimum: how close to it an arm ends. */
import { present } from '../../src/lib/assert.ts';
import type { Interval } from '../../src/lib/statistics.ts';
import type { Metric } from './experiment.ts';
import type { Summary } from './summary.ts';

export type Exact = NonNullable<Summary['finalExact']>;

const exactMetric = (
  id: string,
  title: string,
  unit: string,
  digits: number,
  of: (final: Exact, base: Exact) => number | null,
  bounds?: Interval,
): Metric => ({
  id,
  title,
  unit,
  digits,
  ...(bounds ? { bounds } : {}),
  of: ({ finalExact, baseExact }) => (finalExact && baseExact ? of(finalExact, baseExact) : null),
});

/** A condition on the end of a run and its base; false for a run without exact numbers. */
export const exactly =
  (holds: (final: Exact, base: Exact) => boolean) =>
  ({ finalExact, baseExact }: Summary): boolean =>
    finalExact !== undefined && baseExact !== undefined && holds(finalExact, baseExact);

/**
 * The base's divergence from the optimum: the objective falls short of the optimum by beta KL(pi, pi*), and the base
 * has closed none of the gap.
 */
const baseDivergence = ({ optimalObjective, beta }: Exact, { objective }: Exact): number =>
  (optimalObjective - objective) / beta;

/** Where a run ends between base and optimum. */
const figures: readonly Metric[] = [
  exactMetric('gap', 'gap closed', '', 3, (e) => e.gapClosed, [-Infinity, 1]),
  exactMetric('kl to optimum', 'KL(policy, optimum)', 'nats', 3, (e) => e.klToOptimum),
  exactMetric('kl from optimum', 'KL(optimum, policy)', 'nats', 3, (e) => e.klFromOptimum),
  exactMetric('tv', 'total variation to the optimum', '', 3, (e) => e.totalVariation, [0, 1]),
  exactMetric('entropy', 'entropy', 'nats', 2, (e) => e.entropy),
  exactMetric('reward', 'expected reward', '', 3, (e) => e.expectedReward),
  exactMetric('kl', 'KL to the base', 'nats', 3, (e) => e.kl),
  exactMetric('malformed', 'malformed', '', 4, (e) => e.malformed.policy, [0, 1]),
  exactMetric('base kl to optimum', 'KL(base, optimum)', 'nats', 3, baseDivergence),
  exactMetric('base tv', 'total variation of the base', '', 3, (e) => e.refTotalVariation, [0, 1]),
  exactMetric('base entropy', 'entropy of the base', 'nats', 2, (_, base) => base.entropy),
];

/** The metrics with these ids, in this order. */
export const exactMetrics = (...ids: readonly string[]): readonly Metric[] =>
  ids.map((id) =>
    present(
      figures.find((figure) => figure.id === id),
      `the figure ${id}`,
    ),
  );
