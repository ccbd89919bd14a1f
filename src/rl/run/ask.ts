/** @file A person's own prompt, answered by a slot of the learner with the same random numbers. */
import type { Tokenizer } from '../../policy/tokenizer.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { Learner } from '../learner/learner.ts';
import { verdictsOn } from '../rewards/reward.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { sampleTrajectories } from '../sampling/rollouts.ts';
import type { Answer, AskOptions } from './trainer.ts';

/** Several answers to one prompt, with verdicts if the task can read the prompt as one of its problems. */
export async function readAnswers(
  learner: Learner,
  tokenizer: Tokenizer,
  task: Task,
  prompt: string,
  slot: string,
  completionLength: number,
  options: AskOptions,
  sandbox: RewardSandbox,
): Promise<Answer[]> {
  const known = task.read?.(prompt) ?? null;
  const example: Example = known ?? { prompt, answer: '', canonical: prompt, difficulty: 0 };
  // An environment needs a problem of its task.
  const asked = known ? task : {};
  const trajectories = await sampleTrajectories({ learner, tokenizer, task: asked, completionLength }, [example], {
    key: [options.seed, 'ask'],
    samples: options.samples,
    temperature: options.temperature,
    slot,
  });
  const verdicts = known ? await verdictsOn(task, trajectories, sandbox) : null;
  return trajectories.map(({ text, ids, turns: [{ start }], logProbs }, row) => ({
    text,
    tokens: ids.slice(start).map((id) => tokenizer.tokenText(id)),
    logProbs: Array.from(logProbs.subarray(start)),
    ...(verdicts?.[row] ? { correct: verdicts[row].correct } : {}),
  }));
}
