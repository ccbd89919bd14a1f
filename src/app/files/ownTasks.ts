/** @file Data files on the page: read, tried and opened as tasks; loaded on demand. */
import { fileTask } from '../../tasks/file.ts';
import { openTask } from '../../tasks/index.ts';
import { factsOf } from '../../tasks/own/facts.ts';
import { guessedChecker } from '../../tasks/own/guess.ts';
import { linkedBytes } from '../../tasks/own/linkText.ts';
import { isParquet } from '../../tasks/own/parquet.ts';
import type { OwnTask } from '../../tasks/own/ownTask.ts';
import type { RewardSandbox } from '../../rl/sandbox/rewardFunction.ts';
import {
  chosenChecker,
  type CheckerChoice,
  type Files,
  openOwnTask,
  parameterBytes,
} from '../../rl/sandbox/ownTask.ts';
import { type Trial, trialSentence, tryChecker } from '../../rl/sandbox/trial.ts';
import { namedFiles } from '../../tasks/fileId.ts';

export { sha256InSlices } from '../../lib/sha256.ts';
export { LARGEST_FILE } from '../../tasks/own/read.ts';

/** A data file whose checker was tried on its rows. */
export interface TriedFile {
  readonly task: OwnTask;
  readonly files: Files;
  readonly facts: readonly string[];
  readonly trial: Trial;
  /** The trial as a sentence. */
  readonly tried: string;
}

/** The files that the id of a task names, by SHA-256. */
export function filesOf(task: OwnTask, bytes: Uint8Array): Files {
  const parameter = parameterBytes(task);
  const { files } = task.own;
  return { [files.data]: bytes, ...(parameter && files.parameter ? { [files.parameter]: parameter } : {}) };
}

/**
 * Reads a file and tries its checker; without a choice the checker that fits its answers. UsageError in a sentence for
 * a file that is no list of problems, or a checker that fails.
 */
export async function readFile(
  bytes: Uint8Array,
  choice: CheckerChoice,
  sandbox: RewardSandbox,
  onRows: (count: number) => void,
): Promise<TriedFile> {
  if (isParquet(bytes)) await sandbox.tryParquet(bytes);
  const task = await fileTask(bytes, chosenChecker(choice) ?? guessedChecker, onRows);
  const trial = await tryChecker(task, sandbox);
  return { task, files: filesOf(task, bytes), facts: factsOf(task), trial, tried: trialSentence(trial) };
}

/** Facts of a task that is open already, with its trial. */
export async function tried(task: OwnTask, sandbox: RewardSandbox): Promise<Omit<TriedFile, 'files'>> {
  const trial = await tryChecker(task, sandbox);
  return { task, facts: factsOf(task), trial, tried: trialSentence(trial) };
}

/** Opens the task of a link, out of the link itself or out of kept files. UsageError or DataFileError if it cannot. */
export async function openNamed(
  id: string,
  linkText: string | null,
  find: (sha256: string) => Promise<Uint8Array | null>,
): Promise<void> {
  const named = namedFiles(id);
  if (linkText !== null) {
    const task = await fileTask(linkedBytes(linkText), null);
    openTask(task);
  }
  if (!named) return;
  const shas = [named.data, ...(named.parameter === undefined ? [] : [named.parameter])];
  const found = await Promise.all(shas.map(async (sha256) => [sha256, await find(sha256)] as const));
  await openOwnTask(id, Object.fromEntries(found.flatMap(([sha256, bytes]) => (bytes ? [[sha256, bytes]] : []))));
}
