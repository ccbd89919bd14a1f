/** @file The problems of an evaluation: a pure function of task, split and difficulty. */
import { random } from '../../lib/random.ts';
import type { Example, Split, Task } from '../../tasks/task.ts';

/**
 * The first `count` distinct problems of a split, in an order that does not depend on a seed; fewer if the split has
 * fewer.
 */
export function fixedExamples(task: Task, difficulty: number, split: Split, count: number): Example[] {
  const found = new Map<string, Example>();
  for (let i = 0; found.size < count && i < 40 * count; i++) {
    const example = task.example(random('fixed problems', split, task.id, difficulty, i), split, difficulty);
    if (!found.has(example.canonical)) found.set(example.canonical, example);
  }
  return [...found.values()];
}
