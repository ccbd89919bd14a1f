/** @file Demonstrations of a run's fixed set, which two writers of different quality share. */
import { UsageError } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { taskById } from '../../tasks/index.ts';
import type { Control, Task } from '../../tasks/task.ts';
import { withControl } from '../../tasks/variants.ts';
import { NO_PRIOR_PROMPT } from '../prompts/priorPrompt.ts';
import type { SetDemonstration, Writer } from '../sampling/sampling.ts';
import { demonstrated } from '../sampling/turns.ts';
import type { Trajectory } from '../trajectory/trajectory.ts';
import type { StepContext } from './context.ts';

/** The writers of a task. UsageError for a task that has not two. */
export function writersOf({ id, controls = [] }: Pick<Task, 'id' | 'controls'>): Readonly<Record<Writer, Control>> {
  const slips = (control: Control): number => control.slips ?? 0;
  const [expert, other] = controls
    .filter((control) => control.slips !== undefined)
    .toSorted((a, b) => slips(a) - slips(b));
  if (expert && other) return { expert, other };
  throw new UsageError(`task: ${id} has no demonstrations by two writers`);
}

/**
 * The demonstrations as trajectories: a function of seed, index and writer. Where the run has a prior prompt, the token
 * of the named writer stands before each problem.
 */
export function setDemonstrations(
  context: Pick<StepContext, 'config' | 'task' | 'tokenizer'>,
  chosen: readonly SetDemonstration[],
): Promise<Trajectory[]> {
  const { seed, priorPrompt, difficulty, task: id } = context.config;
  const task = taskById(id);
  const writers = writersOf(task);
  return Promise.all(
    chosen.map(({ index, writer, named }, group) => {
      const stream = random(seed, 'demonstration of the set', index);
      const { method, slips = 0 } = writers[writer];
      const asked = priorPrompt === NO_PRIOR_PROMPT ? task : withControl(task, writers[named].id);
      const example = asked.example(stream.fork('example'), 'train', difficulty);
      const slip = stream.fork('slip').uniform() < slips ? task.slip?.(example, method) : undefined;
      const text = slip ?? task.demonstration(stream.fork('demonstration'), example, method, false);
      return demonstrated(context, example, text, group);
    }),
  );
}
