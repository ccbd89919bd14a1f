/** @file A teacher's log-probabilities of the policy's own tokens: the base with more context than the policy has. */
import { UsageError } from '../../lib/assert.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { promptLengthOf, type Trajectory } from '../trajectory/trajectory.ts';
import type { Lengths } from '../words/lengths.ts';
import { baseSlot } from '../words/slots.ts';

interface Surroundings extends Lengths {
  readonly learner: Pick<Learner, 'read'>;
  readonly tokenizer: Pick<Tokenizer, 'padId' | 'encode' | 'encodePrompt'>;
  readonly task: Pick<Task, 'id' | 'controls'>;
  readonly config: { readonly temperature: number };
}

/** The context of the teacher: the first control token of the task. UsageError for a task without any. */
export function contextOf({ id, controls = [] }: Pick<Task, 'id' | 'controls'>): string {
  const [first] = controls;
  if (first) return first.token;
  throw new UsageError(`advantage: the task ${id} has no control token that a teacher could read before its prompts`);
}

/**
 * log pi_teacher - log pi_sampler of each written token in nats, [rows * columns], 0 elsewhere. It is the base,
 * which reads the task's first control token before the prompt. The last token of a completion as long as a row allows
 * has 0, since the longer prompt leaves it no room.
 */
export async function teacherGains(
  surroundings: Surroundings,
  trajectories: readonly Trajectory[],
): Promise<Float32Array> {
  const { learner, tokenizer, promptLength, completionLength, config } = surroundings;
  const context = contextOf(surroundings.task);
  const length = promptLength + completionLength;
  const columns = length - 1;
  const tokenIds = new Int32Array(trajectories.length * length).fill(tokenizer.padId);
  const mask = new Float32Array(trajectories.length * columns);
  // Of each row: how many more tokens the teacher's prompt has.
  const shifts = trajectories.map((trajectory, row) => {
    const prompt = tokenizer.encodePrompt(context + trajectory.example.prompt);
    const shift = prompt.length - promptLengthOf(trajectory);
    const ids = [...prompt, ...trajectory.ids.slice(promptLengthOf(trajectory))].slice(0, length);
    tokenIds.set(ids, row * length);
    trajectory.written.forEach((written, i) => {
      if (written === 1 && i + shift < length) mask[row * columns + i + shift - 1] = 1;
    });
    return shift;
  });
  const batch = { rows: trajectories.length, tokenIds, temperature: config.temperature, arrays: { mask } };
  const { logProbs } = await learner.read(batch, baseSlot);
  const gains = new Float32Array(trajectories.length * columns);
  trajectories.forEach(({ written, logProbs: own }, row) =>
    written.forEach((isWritten, i) => {
      const at = i + (shifts[row] as number);
      if (isWritten === 1 && at < length)
        gains[row * columns + i - 1] = (logProbs[row * columns + at - 1] as number) - (own[i] as number);
    }),
  );
  return gains;
}
