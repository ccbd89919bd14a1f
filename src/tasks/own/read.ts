/** @file All rows of a data file, whichever its format, read in slices of time. */
import { assert, UsageError } from '../../lib/assert.ts';
import { breather } from '../../lib/breather.ts';
import { textOf } from '../../lib/jsonLines.ts';
import { csvRows } from './csv.ts';
import { type Found, jsonLines } from './lines.ts';
import { isParquet, parquetRows } from './parquet.ts';
import { type OwnRow, type Place, readRow, type RowForm } from './row.ts';
import { isTaskFile, readTaskFile, type TaskFile, taskFileRows } from './taskFile.ts';

/** Largest file that is read, in bytes. */
export const LARGEST_FILE = 64e6;

export type FileFormat = 'jsonl' | 'csv' | 'parquet' | 'task';

export interface RowsRead {
  readonly format: FileFormat;
  /** Forms of the rows, as they were recognised. */
  readonly forms: readonly RowForm[];
  readonly rows: readonly OwnRow[];
  /** Of each row. */
  readonly places: readonly Place[];
  /** Present for a task file, which names its checker. */
  readonly task?: TaskFile;
}

interface Opened {
  readonly format: FileFormat;
  readonly found: Iterable<Found> | AsyncIterable<Found>;
  readonly task?: TaskFile;
}

/** The format by content: a file's name is not kept with a run. */
function opened(bytes: Uint8Array): Opened {
  if (isParquet(bytes)) return { format: 'parquet', found: parquetRows(bytes) };
  const text = textOf(bytes);
  assert(text.trim() !== '', 'the file is empty');
  if (isTaskFile(text)) {
    const task = readTaskFile(text);
    return { format: 'task', found: taskFileRows(task, text), task };
  }
  if (/^\s*\[/.test(text))
    throw new UsageError('line 1, column 1: one JSON object a line is needed, not a list of all');
  if (/^[^\s{][^{\n,]*[;\t]/.test(text))
    throw new UsageError('line 1: the columns of a table are divided by commas, not by semicolons or tabs');
  // A record of names has no brace; one name alone cannot be a file of problems.
  return /^[^{\n]*,/.test(text) ? { format: 'csv', found: csvRows(text) } : { format: 'jsonl', found: jsonLines(text) };
}

/**
 * Rows of the bytes of a JSONL, CSV, Parquet or task file. UsageError that names line, column and field for a row that
 * is none; the thread is never held longer than a slice. `onRows` hears how many rows are read.
 */
export async function readRows(bytes: Uint8Array, onRows: (count: number) => void = () => {}): Promise<RowsRead> {
  assert(bytes.length <= LARGEST_FILE, `it has ${bytes.length} bytes, and ${LARGEST_FILE} is the most that is read`);
  const { format, found, task } = opened(bytes);
  const breathe = breather();
  const rows: OwnRow[] = [];
  const places: Place[] = [];
  const forms = new Set<RowForm>();
  for await (const { value, line, place } of found) {
    const { row, form } = readRow(value, line, place);
    rows.push(row);
    places.push(place);
    forms.add(form);
    const pause = breathe();
    if (pause) {
      onRows(rows.length);
      await pause;
    }
  }
  assert(rows.length > 0, 'it has no rows');
  return { format, forms: [...forms], rows, places, ...(task ? { task } : {}) };
}
