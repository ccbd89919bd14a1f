/** @file A person's own prompt, answered by a slot of the learner with the same random numbers. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { sampleTrajectories } from '../sampling/rollouts.ts';
import type { Answer, AskOptions } from './trainer.ts';

/** Several answers to one prompt; a prompt that the task can judge gets a verdict with each. */
export async function readAnswers(
  learner: Learner,
  tokenizer: Tokenizer,
  task: Task,
  prompt: string,
  slot: string,
  completionLength: number,
  options: AskOptions,
): Promise<Answer[]> {
  const known = task.read?.(prompt) ?? null;
  const example: Example = known ?? { prompt, answer: '', canonical: prompt, difficulty: 0 };
  // An environment answers to problems of its task alone.
  const posed = known ? task : { verify: task.verify };
  const trajectories = await sampleTrajectories({ learner, tokenizer, task: posed, completionLength }, [example], {
    key: [options.seed, 'ask'],
    samples: options.samples,
    temperature: options.temperature,
    slot,
  });
  return trajectories.map(({ text, ids, turns: [{ start }], logProbs, terminated }) => ({
    text,
    tokens: ids.slice(start).map((id) => tokenizer.tokenText(id)),
    logProbs: Array.from(logProbs.subarray(start)),
    ...(known ? { correct: terminated && task.verify(known, text).correct } : {}),
  }));
}
