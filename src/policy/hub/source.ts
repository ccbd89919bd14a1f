/** @file Where the files of a model lie: a folder on disk, files of a page, a server. */
import { parseJson } from '../../lib/jsonError.ts';
import type { z } from '../../lib/zod.ts';
import { CheckpointError } from '../safetensorsHeader.ts';

/** The files of one folder in the layout of the Hugging Face hub. */
export interface ModelSource {
  /** Name of the folder, or id on the hub. */
  readonly name: string;
  /** Bytes of a file; null if the folder has no such file. */
  sizeOf(file: string): Promise<number | null>;
  /** Bytes `start` to `end` - 1 of a file. */
  read(file: string, start: number, end: number): Promise<Uint8Array<ArrayBuffer>>;
}

/** The files of a page by name, as a chosen folder gives them. */
export const blobSource = (name: string, files: ReadonlyMap<string, Blob>): ModelSource => ({
  name,
  sizeOf: async (file) => files.get(file)?.size ?? null,
  read: async (file, start, end) =>
    new Uint8Array((await files.get(file)?.slice(start, end).arrayBuffer()) ?? new ArrayBuffer()),
});

/** Bytes of a range. CheckpointError that names the file if they are fewer. */
export async function readRange(
  source: ModelSource,
  file: string,
  start: number,
  end: number,
): Promise<Uint8Array<ArrayBuffer>> {
  const bytes = await source.read(file, start, end);
  if (bytes.length !== end - start)
    throw new CheckpointError(`${file}: bytes ${start} to ${end} are needed, and only ${bytes.length} could be read`);
  return bytes;
}

/** How a file begins that a clone without Git LFS leaves there. */
const POINTER = 'version https://git-lfs';

/** CheckpointError if a file that begins so is a pointer to its content. */
export function refusePointer(file: string, start: string): void {
  if (start !== '' && POINTER.startsWith(start.slice(0, POINTER.length)))
    throw new CheckpointError(`${file}: it is a pointer of Git LFS; fetch its content, as by git lfs pull`);
}

/** Most bytes of a file of text; the largest tokenizers take 35 MB. */
const LARGEST_TEXT = 100_000_000;

/** The text of a whole file; null if there is none. CheckpointError if it is not UTF-8 or too large. */
export async function readText(source: ModelSource, file: string): Promise<string | null> {
  const size = await source.sizeOf(file);
  if (size === null) return null;
  if (size > LARGEST_TEXT) throw new CheckpointError(`${file}: ${size} bytes, more than the ${LARGEST_TEXT} of a text`);
  try {
    const text = new TextDecoder('utf-8', { fatal: true }).decode(await readRange(source, file, 0, size));
    refusePointer(file, text);
    return text;
  } catch (cause) {
    if (cause instanceof TypeError) throw new CheckpointError(`${file}: it is not UTF-8`, { cause });
    throw cause;
  }
}

/** The value of a file of JSON. CheckpointError that names file, line and column. */
function valueOf(text: string, file: string): unknown {
  try {
    return parseJson(text);
  } catch (cause) {
    throw new CheckpointError(`${file}: ${cause instanceof Error ? cause.message : ''}`, { cause });
  }
}

/** A file of JSON by its schema; null if there is no such file. CheckpointError that names file and fields. */
export async function readJson<T>(source: ModelSource, file: string, schema: z.ZodType<T>): Promise<T | null> {
  const text = await readText(source, file);
  if (text === null) return null;
  const result = schema.safeParse(valueOf(text, file));
  if (result.success) return result.data;
  const issues = result.error.issues.map(({ path, message }) => `${path.join('.') || 'file'}: ${message}`);
  throw new CheckpointError(`${file}: ${issues.slice(0, 5).join('; ')}`);
}

/** What `readJson` gives for a file that must be there. */
export async function needJson<T>(source: ModelSource, file: string, schema: z.ZodType<T>): Promise<T> {
  const value = await readJson(source, file, schema);
  if (value === null) throw new CheckpointError(`${source.name}: the folder has no ${file}`);
  return value;
}
