/** @file The list of runs filtered, sorted and grouped, with the means of each group. */
import { mean } from '../../lib/statistics.ts';
import type { RunLine } from './types.ts';

/** Columns that the list can be sorted by. */
export const sortKeys = ['created', 'name', 'task', 'algorithm', 'seed', 'steps', 'reward', 'accuracy', 'kl'] as const;
export type SortKey = (typeof sortKeys)[number];

export interface RunOrder {
  readonly filter: string;
  readonly sort: SortKey;
  readonly descending: boolean;
  /** Id of the setting by which the list is grouped; empty for none. */
  readonly group: string;
}

/** Newest first. */
export const usualOrder: RunOrder = { filter: '', sort: 'created', descending: true, group: '' };

/** The order after a click on a column: the other direction, or the column with numbers largest first. */
export const sortedBy = (order: RunOrder, sort: SortKey): RunOrder => ({
  ...order,
  sort,
  descending: order.sort === sort ? !order.descending : !['name', 'task', 'algorithm'].includes(sort),
});

/** Means over the runs of a group that have the number; null where none has it. */
export interface GroupMeans {
  readonly reward: number | null;
  /** Held-out accuracy, a share. */
  readonly accuracy: number | null;
  readonly kl: number | null;
}

export interface RunGroup {
  /** Null for a list without groups. */
  readonly label: string | null;
  readonly runs: readonly RunLine[];
  readonly means: GroupMeans;
}

const numberOf = {
  created: (run: RunLine) => run.created,
  seed: (run: RunLine) => run.seed,
  steps: (run: RunLine) => run.steps,
  reward: (run: RunLine) => run.reward,
  accuracy: (run: RunLine) => run.finalAccuracy,
  kl: (run: RunLine) => run.kl,
};

/** Ascending; runs without the number come last in both directions. */
function compared(sort: SortKey, direction: 1 | -1): (one: RunLine, other: RunLine) => number {
  if (sort === 'name' || sort === 'task' || sort === 'algorithm')
    return (one, other) => direction * one[sort].localeCompare(other[sort]);
  const of = numberOf[sort];
  return (one, other) => {
    const [left, right] = [of(one), of(other)];
    if (left === null || right === null) return left === right ? 0 : left === null ? 1 : -1;
    return direction * (left - right);
  };
}

const textOf = ({ name, differs, origin, task, algorithm, group }: RunLine): string =>
  [name, ...(differs ?? []), origin ?? '', task, algorithm, group ?? ''].join(' ').toLocaleLowerCase();

const meanOf = (runs: readonly RunLine[], of: (run: RunLine) => number | null): number | null => {
  const values = runs.flatMap((run) => of(run) ?? []);
  return values.length === 0 ? null : mean(values);
};

const groupOf = (label: string | null, runs: readonly RunLine[]): RunGroup => ({
  label,
  runs,
  means: {
    reward: meanOf(runs, numberOf.reward),
    accuracy: meanOf(runs, numberOf.accuracy),
    kl: meanOf(runs, numberOf.kl),
  },
});

/** The runs whose text has every word of the filter, sorted, in the groups that `RunLine.group` names. */
export function ordered(runs: readonly RunLine[], { filter, sort, descending }: RunOrder): readonly RunGroup[] {
  const words = filter.toLocaleLowerCase().split(/\s+/).filter(Boolean);
  const fitting = runs
    .filter((run) => words.every((word) => textOf(run).includes(word)))
    .toSorted(compared(sort, descending ? -1 : 1));
  const groups = new Map<string | null, RunLine[]>();
  for (const run of fitting) groups.set(run.group, [...(groups.get(run.group) ?? []), run]);
  return [...groups].map(([label, some]) => groupOf(label, some));
}
