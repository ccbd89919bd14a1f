/** @file Rules judged on runs, and the verdict that follows from those of the paper. */
import type { Arm, Check, Experiment, ExperimentRun, Rule } from './experiment.ts';

/** `precondition not met`: base and task could not have shown the claim. */
export type Verdict = 'shown' | 'not reproduced' | 'precondition not met';

/** The rule with titles of arms for `{id}`. */
const named = (rule: string, arms: readonly Arm[]): string =>
  rule.replaceAll(/\{([^}]+)\}/g, (_, id: string) => arms.find((arm) => arm.id === id)?.title ?? id);

/** A judged rule: for each base if there are several, unless it compares them. */
function checkOf(
  { rule, of = 'paper', across, holds }: Rule,
  { policies, arms }: Pick<Experiment, 'policies' | 'arms'>,
  runs: readonly ExperimentRun[],
): Check {
  const says = { rule: named(rule, arms), of };
  if (across || policies.length === 1) return { ...says, holds: holds(runs) };
  const bases = policies.map((policy) => [policy, holds(runs.filter((run) => run.policy === policy))] as const);
  return { ...says, holds: bases.every(([, held]) => held), bases: Object.fromEntries(bases) };
}

export const checksOf = (
  rules: readonly Rule[],
  experiment: Pick<Experiment, 'policies' | 'arms'>,
  runs: readonly ExperimentRun[],
): Check[] => rules.map((rule) => checkOf(rule, experiment, runs));

const onBase = (checks: readonly Check[], policy: string): boolean =>
  checks.every(({ bases, holds }) => bases?.[policy] ?? holds);

export interface Verdicts {
  readonly verdict: Verdict;
  /** By base, if there are several. */
  readonly verdicts?: Readonly<Record<string, Verdict>>;
}

/**
 * `shown` if the paper's rules hold for at least `leastBases` bases, and those that compare bases hold; of an experiment
 * without rules of a paper all are read. `precondition not met` if fewer bases meet the preconditions.
 */
export function verdictsOf(
  { policies, leastBases = policies.length }: Pick<Experiment, 'policies' | 'leastBases'>,
  checks: readonly Check[],
  preconditions: readonly Check[],
): Verdicts {
  const own = checks.filter(({ of }) => of !== 'ours');
  const read = own.length > 0 ? own : checks;
  const each = read.filter(({ bases }) => bases !== undefined || policies.length === 1);
  const across = read.filter((check) => !each.includes(check));
  const verdicts = policies.map((policy): [string, Verdict] => [
    policy,
    !onBase(preconditions, policy) ? 'precondition not met' : onBase(each, policy) ? 'shown' : 'not reproduced',
  ]);
  const count = (verdict: Verdict) => verdicts.filter(([, own]) => own === verdict).length;
  const verdict: Verdict =
    policies.length - count('precondition not met') < leastBases
      ? 'precondition not met'
      : count('shown') >= leastBases && across.every(({ holds }) => holds)
        ? 'shown'
        : 'not reproduced';
  return policies.length === 1 ? { verdict } : { verdict, verdicts: Object.fromEntries(verdicts) };
}
