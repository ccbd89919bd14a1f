/** @file Rows of a file with one JSON object a line. */
import { UsageError } from '../../lib/assert.ts';
import { jsonErrorAt } from '../../lib/jsonError.ts';
import type { Place } from './row.ts';

/** A value of a file that may be a row, and where it stands. */
export interface Found {
  readonly value: unknown;
  readonly line: number;
  readonly place: Place;
}

/** The JSON value of a line. UsageError with line and column if it is none. */
function parsed(text: string, line: number): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`line ${line}, column ${jsonErrorAt(text) + 1}: it is not whole JSON`, { cause });
  }
}

/** Rows in the order of the lines; empty lines count and are no rows. */
export function* jsonLines(text: string): Generator<Found> {
  let line = 0;
  for (let start = 0; start < text.length;) {
    const end = text.indexOf('\n', start);
    const content = text.slice(start, end < 0 ? text.length : end);
    start = end < 0 ? text.length : end + 1;
    const number = ++line;
    if (content.trim() === '') continue;
    const place: Place = (field) => {
      const at = field === undefined ? -1 : content.indexOf(JSON.stringify(field));
      return `line ${number}, column ${Math.max(at, 0) + 1}`;
    };
    yield { value: parsed(content, number), line: number, place };
  }
}
