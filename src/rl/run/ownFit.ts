/** @file Whether a policy can read and write the problems of a data file. */
import { assert } from '../../lib/assert.ts';
import { type Checkpoint, tokenizerFrom } from '../../policy/checkpoint.ts';
import { checkVocabulary } from '../../tasks/file.ts';
import { isOwnTask } from '../../tasks/own/ownTask.ts';
import type { Task } from '../../tasks/task.ts';
import { lengthsOf } from '../words/lengths.ts';

/**
 * UsageError if the task is that of a data file and the policy's vocabulary lacks a character of it, or its sequence is
 * too short for the longest prompt and completion.
 */
export function checkFit(task: Task, { tokenizer: description, config }: Checkpoint): void {
  if (!isOwnTask(task)) return;
  const tokenizer = tokenizerFrom(description);
  checkVocabulary(task, (text) => tokenizer.encode(text));
  const { promptLength, completionLength } = lengthsOf(task, task.difficulty.max, tokenizer);
  assert(
    promptLength + completionLength <= config.maxSequence,
    `prompts of ${promptLength} and completions of ${completionLength} tokens do not fit the ${config.maxSequence} that the policy reads`,
  );
}
