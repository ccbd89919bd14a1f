/** @file A person's own prompt, answered by a slot of the learner with the same random numbers. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { readRollouts, rolloutBatch } from '../trajectory/rollout.ts';
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
  const known = task.read(prompt);
  const example: Example = known ?? { prompt, answer: '', canonical: prompt, difficulty: 0 };
  const batch = rolloutBatch(tokenizer, [example], {
    key: [options.seed, 'ask'],
    samples: options.samples,
    completionLength,
    temperature: options.temperature,
    slot,
  });
  const rollouts = readRollouts(tokenizer, [example], batch, await learner.sample(batch));
  return rollouts.map(({ text, completionIds, logProbs, terminated }) => ({
    text,
    tokens: completionIds.map((id) => tokenizer.tokenText(id)),
    logProbs: Array.from(logProbs),
    ...(known ? { correct: terminated && task.verify(known, text).correct } : {}),
  }));
}
