/** @file The words about a user's own problems and about the difficulty profile. */
import { formatBytes, formatCount } from '../format.ts';

export const problemWords = {
  label: 'Own problems',
  about: 'JSON lines, CSV or Parquet with prompt and answer, or a task file. Drop it anywhere on the page.',
  open: 'Open a file…',
  another: 'Another file…',
  accept: '.jsonl,.json,.csv,.parquet',
  file: 'The file',
  reading: (rows: number) => (rows === 0 ? 'The file is being read …' : `${formatCount(rows)} rows read …`),
  refused: (name: string, why: string) => `${name} cannot be used: ${why.replace(/\.$/, '')}.`,
  tooLarge: (bytes: number, most: number) => `it has ${formatBytes(bytes)}, and ${formatBytes(most)} is the most`,
  otherFile: (sha256: string) => `it is another file: one whose SHA-256 begins with ${sha256.slice(0, 8)} is needed`,
  noChecker: (sha256: string) => `the text of its checker, SHA-256 ${sha256.slice(0, 8)}…, is not here`,
  otherChecker: (sha256: string) =>
    `The link names a checker by the SHA-256 of its text, ${sha256.slice(0, 8)}…, which is not here: the one that fits the answers is used.`,
  onlyHere: 'This browser does not keep the file: after a reload it has to be opened again.',
  shared: (sha256: string) =>
    `The link names your file by its SHA-256 (${sha256.slice(0, 8)}…) and does not hold it: a page that opens the link asks for it.`,
  drop: 'Drop the file to train on its problems',
  chooseNeeded: 'Open the file…',
  checker: 'A completion is right if',
  checkers: {
    exact: 'it is the answer',
    number: 'its number is the answer',
    tagged: 'its text is the answer',
    choice: 'its letter is the answer',
    expression: 'its arithmetic has that value',
    contains: 'it contains the answer',
    regex: 'a pattern finds the answer',
    js: 'a function says so',
  },
  checkerAbout: {
    exact: 'Spaces around it are ignored.',
    number: 'The number after the last ####, or in the last <answer> tag, else the last one.',
    tagged: 'The text after the last ####, or in the last <answer> tag, else all of it.',
    choice: 'The last letter that stands alone, as in (B).',
    expression: 'Each number in the column “numbers” is used once, if there is one.',
    contains: 'A policy that writes many candidates can satisfy it.',
    regex: 'The last match, or its first group, is compared with the answer.',
    js: 'It gives a number, which is the reward; 1 and more counts as right. It runs in a sandbox.',
  },
  pattern: 'Pattern',
  code: 'Function of completion and row',
  usualCode: '(completion, row) =>\n  completion.trim() === row.answer ? 1 : 0',
  use: 'Use',
  profile: {
    label: 'Difficulty profile',
    about: 'Samples the base before any training: is there anything to reinforce?',
    start: 'Profile the base',
    again: 'Profile again',
    stop: 'Stop',
    opening: 'The run is being opened …',
    progress: (done: number, total: number) => `${formatCount(done)} of ${formatCount(total)} completions`,
    of: (policy: string, task: string, difficulty: number, temperature: number) =>
      `“${policy}” on ${task}, difficulty ${difficulty}, temperature ${temperature}`,
    recommended: 'Recommended',
    take: (changes: readonly string[]) => `Set ${changes.join(', ')}`,
    difficulty: (value: number) => `difficulty ${value}`,
    groupSize: (value: number) => `group size ${value}`,
    temperature: (value: number) => `temperature ${value}`,
  },
};

export type CheckerName = keyof typeof problemWords.checkers;
