/** @file The problems of a data file by split and difficulty. */
import { assert } from '../../lib/assert.ts';
import type { Difficulty, Example, Split } from '../task.ts';
import { splitNames } from './divide.ts';
import type { OwnRow } from './row.ts';

export interface Problem {
  readonly example: Example;
  readonly row: OwnRow;
  readonly split: Split;
}

/** Problems by split and difficulty. */
export type Table = Readonly<Record<Split, ReadonlyMap<number, readonly Example[]>>>;

/** Items by key, in their order. */
function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const group = groups.get(keyOf(item));
    if (group) group.push(item);
    else groups.set(keyOf(item), [item]);
  }
  return groups;
}

export function tableOf(problems: readonly Problem[]): Table {
  const of = (split: Split) =>
    grouped(
      problems.filter((problem) => problem.split === split).map(({ example }) => example),
      ({ difficulty }) => difficulty,
    );
  return { train: of('train'), validation: of('validation'), heldout: of('heldout') };
}

export const largest = (values: readonly number[]): number => values.reduce((a, b) => Math.max(a, b), 0);

/** The range of the file's difficulties. UsageError unless each has problems for training and for the test. */
export function difficultyOf(problems: readonly Problem[], table: Table): Difficulty {
  const levels = [...new Set(problems.map(({ example }) => example.difficulty))];
  const [min, max] = [Math.min(...levels), Math.max(...levels)];
  for (let level = min; level <= max; level++)
    for (const split of ['train', 'heldout'] as const)
      assert(
        table[split].has(level),
        `${levels.length > 1 || min > 1 ? `difficulty ${level}` : 'split'}: the file has no ${splitNames[split]} problem; add some, or name a split on every line`,
      );
  return { label: 'Difficulty', unit: '', min, max, default: max, summary: 'As the file states it.' };
}

/** Share of the commonest answer. */
export function commonest(examples: readonly Example[]): number {
  const counts = [...grouped(examples, ({ answer }) => answer).values()].map(({ length }) => length);
  return largest(counts) / examples.length;
}
