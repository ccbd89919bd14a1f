/** @file Which problems an evaluation asks: a pure function of its keys. */
import { random } from '../../lib/random.ts';
import type { Example, Split, Task } from '../../tasks/task.ts';

/**
 * The first `count` distinct problems of a split in a fixed order that no seed changes; fewer where the split has
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
