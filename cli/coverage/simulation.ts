/**
 * @file Simulated coverage of accuracy intervals: problems drawn from a population, each with its own chance of a right
 * completion.
 */
import { random, type Random } from '../../src/lib/random.ts';
import { type Interval, mean } from '../../src/lib/statistics.ts';

/** Number of held-out problems, and completions of each. */
export interface Design {
  readonly problems: number;
  readonly samples: number;
}

export const designs: readonly Design[] = [
  { problems: 64, samples: 1 },
  { problems: 64, samples: 4 },
  { problems: 256, samples: 4 },
];
export const accuracies: readonly number[] = [0.05, 0.1, 0.25, 0.5, 0.75, 0.9, 0.95, 0.98, 0.99];

/** Beta(a, b) from powers of uniform numbers (Jöhnk, Metrika 8, 1964). */
function beta(draw: Random, a: number, b: number): number {
  for (;;) {
    const [x, y] = [draw.uniform() ** (1 / a), draw.uniform() ** (1 / b)];
    if (x + y > 0 && x + y <= 1) return x / (x + y);
  }
}

/** a + b of the Beta distribution: two completions of one problem have correlation 1 / (1 + a + b) = 0.3. */
const CONCENTRATION = 1 / 0.3 - 1;

/** Populations of problems by name: draws the chance of one problem; the mean chance is `accuracy`. */
export const populations: Readonly<Record<string, (accuracy: number, draw: Random) => number>> = {
  'equally hard': (accuracy) => accuracy,
  'Beta, correlation 0.3': (accuracy, draw) => beta(draw, accuracy * CONCENTRATION, (1 - accuracy) * CONCENTRATION),
  'always right or always wrong': (accuracy, draw) => Number(draw.uniform() < accuracy),
  // Half of the wrong completions come from problems that are never answered right.
  'a few never right': (accuracy, draw) => {
    const never = (1 - accuracy) / 2;
    return draw.uniform() < never ? 0 : 1 - never / (1 - never);
  },
};

/** An interval from the number of right completions of each problem; `draw` for methods that need random numbers. */
export type Method = (right: readonly number[], samples: number, draw: Random) => Interval;

export interface Coverage {
  /** Share of the simulations whose interval contains the accuracy over all problems. */
  readonly covered: number;
  readonly width: number;
  /** Share of the simulations whose interval has no width. */
  readonly empty: number;
}

/** One evaluation: the number of right completions of each drawn problem. */
function evaluation({ problems, samples }: Design, chance: () => number, draw: Random): number[] {
  return Array.from({ length: problems }, () => {
    const own = chance();
    let right = 0;
    for (let i = 0; i < samples; i++) right += Number(draw.uniform() < own);
    return right;
  });
}

/** Simulates evaluations of one design, accuracy and population. The same arguments give the same numbers. */
export function coverageOf(
  method: Method,
  design: Design,
  accuracy: number,
  population: string,
  simulations: number,
): Coverage {
  const chanceOf = populations[population];
  if (!chanceOf) throw new Error(`population: there is no "${population}"`);
  const draw = random('coverage', design.problems, design.samples, `${accuracy}`, population);
  const again = draw.fork('method');
  const intervals = Array.from({ length: simulations }, () =>
    method(
      evaluation(design, () => chanceOf(accuracy, draw), draw),
      design.samples,
      again,
    ),
  );
  return {
    covered: mean(intervals.map(([low, high]) => Number(low <= accuracy && accuracy <= high))),
    width: mean(intervals.map(([low, high]) => high - low)),
    empty: mean(intervals.map(([low, high]) => Number(high <= low))),
  };
}
