/** @file Rows of a Parquet file; its reader is loaded on demand. */
import { UsageError } from '../../lib/assert.ts';
import type { Found } from './lines.ts';

const MAGIC = [0x50, 0x41, 0x52, 0x31];

/** Whether the bytes begin as a Parquet file ("PAR1"). */
export const isParquet = (bytes: Uint8Array): boolean => MAGIC.every((byte, i) => bytes[i] === byte);

/** A whole number of 64 bits as JSON has it: a number where it is exact, else its digits. */
const plain = (_key: string, value: unknown): unknown =>
  typeof value !== 'bigint' ? value : Number.isSafeInteger(Number(value)) ? Number(value) : String(value);

/** Rows of the whole file, with values as JSON has them. UsageError if the file is damaged or compressed otherwise than by Snappy. */
export async function* parquetRows(bytes: Uint8Array): AsyncGenerator<Found> {
  const { parquetReadObjects } = await import('hyparquet');
  let rows: Awaited<ReturnType<typeof parquetReadObjects>>;
  try {
    rows = await parquetReadObjects({ file: new Uint8Array(bytes).buffer });
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : String(cause);
    throw new UsageError(`row 1: it is no Parquet file that can be read: ${why}`, { cause });
  }
  for (const [index, value] of rows.entries()) {
    // A column without a value is null in Parquet and absent elsewhere.
    const present = Object.fromEntries(Object.entries(value).filter(([, cell]) => cell !== null));
    yield {
      value: JSON.parse(JSON.stringify(present, plain)) as unknown,
      line: index + 1,
      place: () => `row ${index + 1}`,
    };
  }
}
