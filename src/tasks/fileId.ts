/** @file The id of a task from a file, which says which files must be opened where the task is not known. */
import type { CheckerId } from './own/checker.ts';

/** An id names a checker, or `task` where the file itself states it, and files by SHA-256 in hexadecimal. */
export interface NamedFiles {
  readonly checker: CheckerId | 'task';
  /** Of the data file. */
  readonly data: string;
  /** Of the pattern or code of a checker that has one, as UTF-8. */
  readonly parameter?: string;
}

/** Links, kept runs and resumed runs name the task by this id. */
export const fileTaskId = ({ checker, data, parameter }: NamedFiles): string =>
  ['file', checker, data, ...(parameter === undefined ? [] : [parameter])].join('-');

const withParameter: ReadonlySet<string> = new Set(['regex', 'js']);

/** The files that an id names; null for the id of any other task. */
export function namedFiles(id: string): NamedFiles | null {
  const [, checker = '', data, parameter] = /^file-([a-z]+)-([0-9a-f]{64})(?:-([0-9a-f]{64}))?$/.exec(id) ?? [];
  if (data === undefined || withParameter.has(checker) !== (parameter !== undefined)) return null;
  return { checker: checker as NamedFiles['checker'], data, ...(parameter === undefined ? {} : { parameter }) };
}

/** SHA-256 of every file that an id names; empty for the id of any other task. */
export function shasOf(id: string): readonly string[] {
  const named = namedFiles(id);
  return named ? [named.data, ...(named.parameter === undefined ? [] : [named.parameter])] : [];
}

/** Words for the flag `--checker`, where the id holds them. */
const flagOf = ({ checker, parameter }: NamedFiles): string =>
  checker === 'task'
    ? ''
    : ` --checker ${checker === 'js' ? `FILE.js with SHA-256 ${parameter}` : checker === 'regex' ? 'regex:PATTERN' : checker}`;

/** Why the task of a file is not known, as a clause for people; null for the id of any other task. */
export function missingFile(id: string): string | null {
  const named = namedFiles(id);
  return named
    ? `the problems of this task are in a file with SHA-256 ${named.data}, which is not open here (Own problems on the page opens it, or npm run train -- --data FILE${flagOf(named)})`
    : null;
}
