/** @file The flags `--data` and `--checker`: a task from a data file. */
import { basename } from 'node:path';
import { assert } from '../src/lib/assert.ts';
import { checkFit } from '../src/rl/run/ownFit.ts';
import { chosenChecker, type CheckerChoice } from '../src/rl/sandbox/ownTask.ts';
import { trialSentence, tryChecker } from '../src/rl/sandbox/trial.ts';
import { checkerWords, plainCheckers } from '../src/tasks/checkers.ts';
import { fileTask } from '../src/tasks/file.ts';
import { isParquet } from '../src/tasks/own/parquet.ts';
import type { OwnTask } from '../src/tasks/own/ownTask.ts';
import { openTask } from '../src/tasks/index.ts';
import { factsOf } from '../src/tasks/own/facts.ts';
import { guessedChecker } from '../src/tasks/own/guess.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { type LoadedPolicy, readInput, usageIn } from './environment.ts';
import { optionalText } from './flags.ts';

export const dataFlags = {
  data: optionalText(
    'Problems from a file instead of --task: JSON lines, CSV or Parquet with prompt and answer (or question and answer, as GSM8K and Reasoning Gym have them), or a task as one JSON file.',
    'FILE',
    'the task',
  ),
  checker: optionalText(
    'When a completion of --data is right: a checker by name, regex:PATTERN, or JavaScript (completion, row) => number in a file.',
    `${plainCheckers.join('|')}|regex:PATTERN|FILE.js`,
    'exact, or as the task file says',
  ),
};

interface DataValues {
  readonly data: string | undefined;
  readonly checker: string | undefined;
  readonly task?: string | undefined;
}

/** The checker of the flag's words: code where they name a JavaScript file. */
function choiceOf(words: string | undefined): CheckerChoice {
  if (words === undefined) return null;
  if (!/\.[cm]?js$/.test(words) || words.startsWith('regex:')) return { words };
  return { code: new TextDecoder().decode(readInput('--checker', words)) };
}

const say = (line: string): void => void process.stderr.write(`${line}\n`);

/** The task in the file, its checker tried on its own rows; facts about it go to stderr. */
async function readTask(path: string, words: string | undefined): Promise<OwnTask> {
  const bytes = readInput('--data', path);
  const choice = choiceOf(words);
  const checker = await usageIn('--checker', words ?? '', () => chosenChecker(choice));
  const sandbox = createNodeSandbox();
  try {
    if (isParquet(bytes)) await usageIn('--data', path, () => sandbox.tryParquet(bytes));
    const task = await usageIn('--data', path, () => fileTask(bytes, checker));
    const trial = await usageIn('--checker', words ?? checkerWords, () => tryChecker(task, sandbox));
    for (const fact of [...factsOf(task), trialSentence(trial)]) say(`${basename(path)}: ${fact}`);
    const { id: fitting } = guessedChecker(task.own.problems.map(({ row }) => row));
    if (checker === null && !task.own.task && fitting !== 'exact')
      say(
        `${basename(path)}: Only a completion that is the answer alone is right; --checker ${fitting} suits all answers.`,
      );
    return task;
  } finally {
    sandbox.dispose();
  }
}

/**
 * Opens the file of `--data`, and sets `task` to the id of its task; without `--data` the values stay. `checkTask`
 * throws a UsageError for a task that does not do. UsageError that names flag, path, line, column and field.
 */
export async function openedData<V extends DataValues>(values: V, checkTask: (task: OwnTask) => unknown): Promise<V> {
  const { data, checker } = values;
  assert(data !== undefined || checker === undefined, '--checker: it belongs to --data');
  if (data === undefined) return values;
  assert(values.task === undefined, '--task and --data: a run has one task');
  const task = await readTask(data, checker);
  await usageIn('--data', data, () => checkTask(task));
  openTask(task);
  return { ...values, task: task.id };
}

/** The same for this policy, which must be able to read and write the file’s texts. */
export const withData = <V extends DataValues>(values: V, { checkpoint }: LoadedPolicy): Promise<V> =>
  openedData(values, (task) => checkFit(task, checkpoint));
