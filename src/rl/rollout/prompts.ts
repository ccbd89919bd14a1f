/** @file Which problems a step or an evaluation asks: pure functions of their keys. */
import { random } from '../../lib/random.ts';
import type { Example, Split, Task } from '../../tasks/task.ts';

/** Problems of one training step, the `first`-th and those after it. */
export function stepExamples(task: Task, difficulty: number, seed: number, step: number, count: number, first = 0): Example[] {
  return Array.from({ length: count }, (_, i) => task.example(random(seed, 'prompt', step, first + i), 'train', difficulty));
}

/** The first `count` distinct problems of a split in a fixed order that no seed changes; fewer where the split has fewer. */
export function fixedExamples(task: Task, difficulty: number, split: Split, count: number): Example[] {
  const found = new Map<string, Example>();
  for (let i = 0; found.size < count && i < 40 * count; i++) {
    const example = task.example(random('fixed problems', split, task.id, difficulty, i), split, difficulty);
    if (!found.has(example.canonical)) found.set(example.canonical, example);
  }
  return [...found.values()];
}
