/** @file The id of a task from a file, which says what must be opened where the task is not known. */
import type { CheckerId } from './checkers.ts';

/** `sha256`: of the file, in hexadecimal. Links, kept runs and resumed runs name the task by this id. */
export const fileTaskId = (checker: CheckerId, sha256: string): string => `file-${checker}-${sha256}`;

/** Why the task of a file is not known, as a clause for people; null for the id of any other task. */
export function missingFile(id: string): string | null {
  const [, checker, sha256] = /^file-([a-z]+)-([0-9a-f]{64})$/.exec(id) ?? [];
  return sha256 === undefined
    ? null
    : `the problems of this task are in a file with SHA-256 ${sha256}, which is not open here (npm run train -- --data FILE --checker ${checker} trains on it)`;
}
