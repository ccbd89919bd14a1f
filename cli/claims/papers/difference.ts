/** @file Rules that compare two arms run by run: the same base and the same seed, so that what they share falls out. */
import { tInterval } from '../../../src/lib/statistics.ts';
import { type ExperimentRun, type Metric, type Rule, runsOf } from '../experiment.ts';

/** `arm` minus `other` for every base and seed that both have; pairs without the number are left out. */
export function pairedDifferences(runs: readonly ExperimentRun[], arm: string, other: string, of: Metric['of']): number[] {
  return runsOf(runs, arm).flatMap((run) => {
    const partner = runsOf(runs, other).find(({ policy, seed }) => policy === run.policy && seed === run.seed);
    const [value, compared] = [of(run.summary), partner ? of(partner.summary) : null];
    return value === null || compared === null ? [] : [value - compared];
  });
}

/** The 95 % interval of the paired difference lies wholly on one side of 0. */
export const differs = (arm: string, side: 'above' | 'below', other: string, { title, of }: Pick<Metric, 'title' | 'of'>): Rule => ({
  rule: `${arm} ${side} ${other} in ${title}: the 95 % interval of the paired difference does not reach 0`,
  holds(runs) {
    const differences = pairedDifferences(runs, arm, other, of);
    if (differences.length < 2) return false;
    const [low, high] = tInterval(differences);
    return side === 'above' ? low > 0 : high < 0;
  },
});
