/** @file Whether a policy can read and write the problems of a task. */
import { assert } from '../../lib/assert.ts';
import { type Checkpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import { checkVocabulary } from '../../tasks/file.ts';
import { isOwnTask } from '../../tasks/own/ownTask.ts';
import type { Task } from '../../tasks/task.ts';
import { lengthsOf } from '../words/lengths.ts';

/**
 * UsageError if the task is asked in words and the policy is not from the hub, if the task is that of a data file and
 * the policy's vocabulary lacks a character of it, or if the sequence of the policy is too short for the longest prompt
 * and completion: of a data file at any difficulty, else at the given one.
 */
export function checkFit(
  task: Task,
  { tokenizer: description, config, manifest }: Checkpoint,
  difficulty = task.difficulty.default,
): void {
  if (!isOwnTask(task) && !task.isInstruction) return;
  assert(
    !task.isInstruction || description.kind === 'hub',
    `task: ${task.id} is asked in words, which the base ${manifest.id} cannot read; open an instruction-tuned model (under Base policy on the page, by --model DIR and --chat on the command line)`,
  );
  const tokenizer = tokenizerFrom(description);
  if (isOwnTask(task)) checkVocabulary(task, (text) => tokenizer.encode(text));
  const hardest = isOwnTask(task) ? task.difficulty.max : difficulty;
  const { promptLength, completionLength } = lengthsOf(task, hardest, tokenizer);
  assert(
    promptLength + completionLength <= config.maxSequence,
    `prompts of ${promptLength} and completions of ${completionLength} tokens do not fit the ${config.maxSequence} that the policy reads`,
  );
}
