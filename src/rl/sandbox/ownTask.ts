/** @file The task of a data file by its id, from files by SHA-256; or of a chosen file with a checker in words or code. */
import { present } from '../../lib/assert.ts';
import { checkerOf } from '../../tasks/checkers.ts';
import type { Checker } from '../../tasks/own/checker.ts';
import { fileTask } from '../../tasks/file.ts';
import type { OwnTask } from '../../tasks/own/ownTask.ts';
import { missingFile, namedFiles } from '../../tasks/fileId.ts';
import { knownTasks, openTask } from '../../tasks/index.ts';
import { scriptChecker } from './script.ts';

/** Files by their SHA-256 in hexadecimal. */
export type Files = Readonly<Record<string, Uint8Array>>;

/** The data file of a run, or a file of its checker, is absent or another. */
export class DataFileError extends Error {
  override readonly name = 'DataFileError';
}

/** How a completion is checked: words such as `number`, code in JavaScript, or null for a file that is a whole task. */
export type CheckerChoice = { readonly words: string } | { readonly code: string } | null;

/** The checker of a choice. UsageError for unknown words, a bad pattern, or code that is too long. */
export function chosenChecker(choice: CheckerChoice): Checker | null {
  if (choice === null) return null;
  return 'code' in choice ? scriptChecker(choice.code) : checkerOf(choice.words);
}

/**
 * Makes the task of an id known to this thread, if it is that of a data file. DataFileError if a file it names is
 * absent or has another hash.
 */
export async function openOwnTask(id: string, files: Files): Promise<void> {
  const named = namedFiles(id);
  if (!named || knownTasks.some((task) => task.id === id)) return;
  const bytesOf = (sha256: string): Uint8Array => {
    const bytes = Object.hasOwn(files, sha256) ? files[sha256] : undefined;
    if (!bytes) throw new DataFileError(`task: ${missingFile(id)}`);
    return bytes;
  };
  const parameter = named.parameter === undefined ? '' : new TextDecoder().decode(bytesOf(named.parameter));
  const checker = chosenChecker(
    named.checker === 'task'
      ? null
      : named.checker === 'js'
        ? { code: parameter }
        : { words: named.checker === 'regex' ? `regex:${parameter}` : named.checker },
  );
  const task: OwnTask = await fileTask(bytesOf(named.data), checker);
  if (task.id !== id) throw new DataFileError(`task: ${missingFile(id)}; the file that is here is another`);
  openTask(task);
}

/** The pattern or code of a task's checker as the bytes of a file; null for a checker without one. */
export const parameterBytes = ({ own: { checker, files } }: OwnTask): Uint8Array | null =>
  files.parameter === undefined ? null : new TextEncoder().encode(present(checker.parameter, 'the checker’s text'));
