/** @file Trajectories of one uninterrupted turn, for tests. */
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import type { Trajectory } from '../src/rl/trajectory/trajectory.ts';
import type { Example } from '../src/tasks/task.ts';

/** A trajectory of one uninterrupted turn. `logProbs` [completionIds.length], nats; zeros where absent. */
export function plainTrajectory(
  example: Example,
  promptIds: readonly number[],
  completionIds: readonly number[],
  logProbs: ArrayLike<number> | null,
  facts: Pick<Trajectory, 'text' | 'terminated' | 'group'>,
): Trajectory {
  const [start, end] = [promptIds.length, promptIds.length + completionIds.length];
  const spread = new Float32Array(end);
  if (logProbs) spread.set(logProbs, start);
  return {
    example,
    ids: [...promptIds, ...completionIds],
    written: new Uint8Array(end).fill(1, start),
    logProbs: spread,
    turns: [{ start, end }],
    ...facts,
  };
}

/**
 * The completion of that text in one turn, with its end token and without log-probabilities.
 */
export const demonstrationOf = (tokenizer: Tokenizer, example: Example, text: string, group: number): Trajectory =>
  plainTrajectory(example, tokenizer.encodePrompt(example.prompt), tokenizer.encodeCompletion(text), null, {
    text,
    terminated: true,
    group,
  });
