/** @file Problems of a formula with their places, for the editor's message and its mark. */
import { UsageError } from '../../lib/assert.ts';

/** Offsets into the text; `to` is exclusive. */
export interface Span {
  readonly from: number;
  readonly to: number;
}

/** Lines and columns count from 1; the column of the end of a line is its length + 1. */
export interface FormulaProblem {
  readonly line: number;
  readonly column: number;
  /** In characters; 0 if something is missing at the place. */
  readonly length: number;
  readonly message: string;
  /** How to correct it; empty if the message says so. */
  readonly hint: string;
}

/** A text that cannot be used as a loss. A UsageError, since the text is input of the user. */
export class FormulaError extends UsageError {
  constructor(readonly problems: readonly FormulaProblem[]) {
    super(problems.map((problem) => `objectiveText: ${inWords(problem)}`).join('\n'));
  }
}

/** One problem as a sentence with its place. */
export const inWords = ({ line, column, message, hint }: FormulaProblem): string =>
  `line ${line}, column ${column}: ${message}${hint === '' ? '' : ` ${hint}`}`;

/** A problem at a span of the text; the span is cut at the end of its first line. */
export function problemAt(text: string, { from, to }: Span, message: string, hint = ''): FormulaProblem {
  const start = Math.min(Math.max(from, 0), text.length);
  const lineStart = text.lastIndexOf('\n', start - 1) + 1;
  const newline = text.indexOf('\n', start);
  const lineEnd = newline === -1 ? text.length : newline;
  const line = text.slice(0, lineStart).split('\n').length;
  return { line, column: start - lineStart + 1, length: Math.max(0, Math.min(to, lineEnd) - start), message, hint };
}

/** Throws a FormulaError with this one problem. */
export function refuseAt(text: string, span: Span, message: string, hint = ''): never {
  throw new FormulaError([problemAt(text, span, message, hint)]);
}
