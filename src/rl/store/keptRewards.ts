/** @file Rewards that a snapshot brings back, compared with those of the run's terms. */
import { assert } from '../../lib/assert.ts';
import type { Task } from '../../tasks/task.ts';
import type { TrainConfig } from '../config/config.ts';
import { composeRewards } from '../rewards/composer.ts';
import { scoredTerms } from '../rewards/composition.ts';
import type { Group } from '../trajectory/groups.ts';

/** Allows for sums rounded to single precision. */
const TOLERANCE = 1e-5;

/**
 * UsageError that names a completion whose reward is not the sum of its scores. Shuffled rewards, and terms centred
 * over the step, are not checked, since they depend on completions that were not kept.
 */
export function checkKeptRewards(groups: readonly Group[], config: TrainConfig, task: Task): void {
  const terms = scoredTerms(task, config);
  if (config.shuffleRewards || terms.some(({ centring }) => centring === 'batch')) return;
  let row = 0;
  for (const [g, { completions, writtenAt = 0 }] of groups.entries()) {
    const scores = Object.fromEntries(
      terms.map(({ id }) => [id, completions.map((completion) => completion.terms[id] ?? Number.NaN)]),
    );
    const { rewards } = composeRewards(
      terms,
      { scores, correct: completions.map(({ verdict }) => verdict.correct) },
      completions.map(() => g),
      writtenAt,
    );
    for (const [i, { reward }] of completions.entries()) {
      const due = rewards[i] ?? Number.NaN;
      const agrees = Number.isNaN(due)
        ? Number.isNaN(reward)
        : Math.abs(reward - due) <= TOLERANCE * (1 + Math.abs(due));
      assert(agrees, `snapshot: kept.${row + i}: reward: ${reward} where the terms of the run pay ${due}`);
    }
    row += completions.length;
  }
}
