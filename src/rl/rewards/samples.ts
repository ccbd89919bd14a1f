/**
 * @file Completions to try a reward term on before the first rollout: demonstrations of a task, right and wrong ones of
 * each method in turn.
 */
import { random } from '../../lib/random.ts';
import type { Task, Verdict } from '../../tasks/task.ts';
import type { RewardSandbox } from '../sandbox/rewardFunction.ts';
import { verdictsOf } from '../sandbox/script.ts';
import type { JudgedCompletion } from './scoring.ts';

/** Id of the end token, which is not a character. */
const END = -1;

/** `count` completions, one token per character; a function of `seed`. CheckerError if a checker's code fails. */
export async function sampleCompletions(
  task: Task,
  difficulty: number,
  seed: number,
  count: number,
  sandbox: RewardSandbox,
): Promise<JudgedCompletion[]> {
  const samples = Array.from({ length: count }, (_, i) => {
    const stream = random(seed, 'reward sample', i);
    const example = task.example(stream, 'train', difficulty);
    const method = task.methods[Math.floor(i / 2) % task.methods.length]?.id ?? '';
    const text = task.demonstration(stream, example, method, i % 2 === 1);
    return { example, text, tokens: [...[...text].map((character) => character.codePointAt(0) ?? 0), END] };
  });
  const verdicts = await verdictsOf(task, samples, sandbox);
  return samples.map((sample, i) => ({ ...sample, verdict: verdicts[i] as Verdict }));
}
