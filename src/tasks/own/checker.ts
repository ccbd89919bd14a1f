/** @file The interface of a checker of completions, for the rows of a data file. */
import type { OwnRow } from './row.ts';

/** The outcome of a check. */
export interface Checked {
  readonly correct: boolean;
  /** The answer found in the completion, equal to the row's if it is right; null if there is none. */
  readonly parsed: string | null;
}

export interface Checker {
  readonly id: CheckerId;
  /** Pattern or code of a checker that needs one. */
  readonly parameter?: string;
  /** A clause: a completion is right if ... */
  readonly summary: string;
  /** Characters that a completion may have beyond the longest answer. */
  readonly room: number;
  /** Why no completion can match the answer of such a row, or null. */
  problem(row: OwnRow): string | null;
  /**
   * Never throws; linear time but for patterns. For code, which only a sandbox runs, a comparison with the answer.
   */
  check(completion: string, row: Pick<OwnRow, 'answer' | 'columns'>): Checked;
}

/** Names of the checkers; `regex` has a pattern, `js` code. */
export type CheckerId = 'exact' | 'number' | 'tagged' | 'choice' | 'expression' | 'contains' | 'regex' | 'js';

/** A score of code from here on counts as right. */
export const RIGHT = 1;

/** Room for words or working before the answer, in characters. */
export const ROOM = 24;

/** A checker that finds an answer and compares it. */
export const comparing =
  (find: (completion: string, answer: string) => string | null): Checker['check'] =>
  (completion, { answer }) => {
    const parsed = find(completion, answer);
    return { correct: parsed === answer, parsed };
  };
