/** @file A place in a text that is wrong. */

/** What is wrong, and where; lines and columns count from 1. */
export interface EditorProblem {
  readonly line: number;
  readonly column: number;
  /** Characters to underline. */
  readonly length: number;
  readonly message: string;
  readonly hint: string;
}
