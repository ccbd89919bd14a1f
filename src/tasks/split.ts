/**
 * @file The fixed division of problems into train, held-out and validation, and drawing a problem of one split. Recipes
 * and presets are chosen on validation problems; reported numbers come from held-out ones, which influenced no choice.
 */
import { assert, UsageError } from '../lib/assert.ts';
import { hashString } from '../lib/random.ts';
import type { Difficulty, Example, Split } from './task.ts';

/** Shares of the splits, in the order in which they divide the range of the hash. */
const splitShares: Readonly<Record<Split, number>> = { train: 0.7, heldout: 0.15, validation: 0.15 };

/**
 * Draws per problem before giving up; at a held-out share of 0.15 and one draw in thirty kept, a miss has probability
 * 2e-9.
 */
const MAX_DRAWS = 4000;

/** The split of a problem: a pure function of the task and of the problem's canonical form. */
export function splitOf(taskId: string, canonical: string): Split {
  const position = hashString(`${taskId}/${canonical}`) / 2 ** 32;
  if (position < splitShares.train) return 'train';
  return position < splitShares.train + splitShares.heldout ? 'heldout' : 'validation';
}

/** Throws a UsageError unless `value` is a whole number in the task's range. */
export function assertDifficulty(taskId: string, { min, max }: Difficulty, value: number): void {
  assert(
    Number.isInteger(value) && value >= min && value <= max,
    `difficulty: ${taskId} takes a whole number from ${min} to ${max}, not ${value}`,
  );
}

/**
 * Calls `draw` until it gives a problem of the split; `draw` returns null to reject a problem. UsageError after 4000
 * draws.
 */
export function drawFromSplit(taskId: string, split: Split, draw: () => Example | null): Example {
  assert(
    Object.hasOwn(splitShares, split),
    `split: there is no "${split}"; choose one of ${Object.keys(splitShares).join(', ')}`,
  );
  for (let attempt = 0; attempt < MAX_DRAWS; attempt++) {
    const example = draw();
    if (example && splitOf(taskId, example.canonical) === split) return example;
  }
  throw new UsageError(`split: ${taskId} found no ${split} problem in ${MAX_DRAWS} draws`);
}
