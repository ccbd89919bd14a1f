/** @file The flags `--data` and `--checker`: a task from a file of problems. */
import { assert } from '../src/lib/assert.ts';
import { tokenizerFrom } from '../src/policy/checkpoint.ts';
import type { PolicyConfig } from '../src/policy/config.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { type CheckerId, checkerIds, checkers } from '../src/tasks/checkers.ts';
import { fileTask } from '../src/tasks/file.ts';
import { openTask } from '../src/tasks/index.ts';
import type { Task } from '../src/tasks/task.ts';
import { type LoadedPolicy, readInput, usageIn } from './environment.ts';
import { choice, type Flag, optionalText } from './flags.ts';

export const dataFlags = {
  data: optionalText(
    'Problems from a file instead of --task: a line {"prompt": TEXT, "answer": TEXT} each, with "split" (train, validation, test) and "difficulty" where it has them.',
    'FILE.jsonl',
    'the task',
  ),
  checker: {
    ...choice(
      `When a completion of --data is right: ${checkerIds.map((id) => `${id}: ${checkers[id].summary}`).join('; ')}.`,
      checkerIds,
      'exact',
    ),
    absent: undefined,
  } as Flag<CheckerId | undefined>,
};

interface DataValues {
  readonly data: string | undefined;
  readonly checker: CheckerId | undefined;
  readonly task?: string | undefined;
}

/** UsageError unless the longest prompt and completion fit into the policy's rows. */
function checkRoom(task: Task, tokenizer: Tokenizer, { maxSequence }: PolicyConfig): void {
  const { promptLength, completionLength } = tokenizer.tokenLengths(task.lengths(task.difficulty.max));
  assert(
    promptLength + completionLength <= maxSequence,
    `prompts of ${promptLength} and completions of ${completionLength} tokens do not fit the ${maxSequence} that the policy reads`,
  );
}

/**
 * Opens the file of `--data` for this policy, and sets `task` to the id of its task; without `--data` the values stay.
 * UsageError that names flag, path, line and field.
 */
export function withData<V extends DataValues>(values: V, policy: LoadedPolicy): V {
  const { data, checker } = values;
  assert(data !== undefined || checker === undefined, '--checker: it belongs to --data');
  if (data === undefined) return values;
  assert(values.task === undefined, '--task and --data: a run has one task');
  const bytes = readInput('--data', data);
  const tokenizer = tokenizerFrom(policy.checkpoint.tokenizer);
  const task = usageIn('--data', data, () => {
    const read = fileTask(bytes, checker ?? 'exact', (text) => tokenizer.encode(text));
    checkRoom(read, tokenizer, policy.checkpoint.config);
    return read;
  });
  openTask(task);
  return { ...values, task: task.id };
}
