/** @file An error at a place in a text. */

/** An error at a place in the text; lines and columns count from 1. */
export interface EditorProblem {
  readonly line: number;
  readonly column: number;
  /** Number of characters to underline. */
  readonly length: number;
  readonly message: string;
  readonly hint: string;
}
