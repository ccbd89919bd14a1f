/** @file Problems and demonstrations of a task, for its contract. */
import { random } from '../../src/lib/random.ts';
import type { Example, Split, Task } from '../../src/tasks/task.ts';

export const splits: readonly Split[] = ['train', 'validation', 'heldout'];

export const difficulties = ({ difficulty: { min, max } }: Task): number[] =>
  Array.from({ length: max - min + 1 }, (_, i) => min + i);

export const examples = (task: Task, split: Split, difficulty: number, count: number): Example[] =>
  Array.from({ length: count }, (_, i) =>
    task.example(random('examples', task.id, split, difficulty, i), split, difficulty),
  );

/** Some problems of every difficulty and split. */
export const sample = (task: Task, count: number): Example[] =>
  difficulties(task).flatMap((difficulty) => splits.flatMap((split) => examples(task, split, difficulty, count)));

/** Ids of the methods that a completion can be asked for; null for a task that distinguishes none. */
export const methodIds = ({ methods }: Task): readonly (string | null)[] =>
  methods.length > 0 ? methods.map(({ id }) => id) : [null];

export interface Demonstration {
  readonly example: Example;
  readonly method: string | null;
  readonly completion: string;
}

/** Demonstrations of some problems by every method, all right or all wrong. */
export const demonstrations = (task: Task, wrong: boolean): Demonstration[] =>
  sample(task, 40).flatMap((example, i) =>
    methodIds(task).map((method) => ({
      example,
      method,
      completion: task.demonstration(random('demonstration', i), example, method ?? '', wrong),
    })),
  );

/** All characters in a task's demonstrations. */
export const charactersOf = (task: Task): string =>
  [
    ...new Set(
      demonstrations(task, false)
        .map(({ completion }) => completion)
        .join(''),
    ),
  ].join('');

export type Mutation = 'out' | 'exchange' | 'in' | 'swap';

/** One character left out, exchanged or inserted, or two neighbours swapped. */
export function mutated(text: string, at: number, kind: Mutation, character: string): string {
  const place = at % text.length;
  const [before, here, after] = [text.slice(0, place), text.charAt(place), text.slice(place + 1)];
  if (kind === 'out') return before + after;
  if (kind === 'exchange') return before + character + after;
  return kind === 'in' ? before + character + here + after : before + after.slice(0, 1) + here + after.slice(1);
}
