/**
 * @file The header of a safetensors file (huggingface/safetensors, format section): 8 bytes little-endian length, then
 * JSON: the type, shape and place of every tensor.
 */
import { z } from '../lib/zod.ts';

/** A file of weights cannot be read; the message names the part of the file. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

export const METADATA = '__metadata__';
export const LENGTH_BYTES = 8;
/** The format's own limit. */
export const LARGEST_HEADER = 100_000_000;
/** Keys with a special meaning in JavaScript objects. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

/** Bytes of a number of each type that occurs in files of models. */
const dtypeBytes = { F64: 8, F32: 4, F16: 2, BF16: 2, I64: 8, I32: 4, I16: 2, I8: 1, U8: 1, BOOL: 1 } as const;

export type FileDtype = keyof typeof dtypeBytes;

const wholeNumber = z.number().int().min(0);
const entrySchema = z.strictObject({
  dtype: z.enum(Object.keys(dtypeBytes) as [FileDtype, ...FileDtype[]], {
    error: `dtype must be one of ${Object.keys(dtypeBytes).join(', ')}`,
  }),
  shape: z.array(wholeNumber, { error: 'shape must be a list of whole numbers' }),
  data_offsets: z.tuple([wholeNumber, wholeNumber], { error: 'data_offsets must be two whole numbers' }),
});
const metadataSchema = z.record(z.string(), z.string());

/** A tensor's place in a file; offsets count from the first byte after the header. */
export interface HeaderEntry extends z.infer<typeof entrySchema> {
  readonly name: string;
}

export interface SafetensorsHeader {
  readonly entries: readonly HeaderEntry[];
  /** `__metadata__`: strings only. */
  readonly metadata: Readonly<Record<string, string>>;
}

export const quote = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);

export function checkName(name: string): void {
  if (RESERVED.has(name) || name === METADATA || name === '')
    throw new CheckpointError(`safetensors: ${quote(name)} is not allowed as a tensor name`);
}

export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * The number of bytes of the JSON after the first 8 of a file of `size` bytes. CheckpointError if the file cannot hold
 * them.
 */
export function headerLength(start: Uint8Array, size: number): number {
  if (size < LENGTH_BYTES || start.length < LENGTH_BYTES)
    throw new CheckpointError(`safetensors: truncated, ${size} bytes do not hold the 8-byte header length`);
  const length = new DataView(start.buffer, start.byteOffset).getBigUint64(0, true);
  if (length > LARGEST_HEADER)
    throw new CheckpointError(
      `safetensors: header length ${length} is more than ${LARGEST_HEADER}, so this is no safetensors file`,
    );
  if (LENGTH_BYTES + Number(length) > size)
    throw new CheckpointError(
      `safetensors: truncated, the header has ${length} bytes and only ${size - LENGTH_BYTES} follow`,
    );
  return Number(length);
}

function textOf(json: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(json);
  } catch (cause) {
    throw new CheckpointError('safetensors: the header is not UTF-8', { cause });
  }
}

/** Index of the quote that closes the string opened at `open` in valid JSON. */
function closingQuote(text: string, open: number): number {
  let at = open + 1;
  while (text[at] !== '"') at += text[at] === '\\' ? 2 : 1;
  return at;
}

/** The first key that occurs twice in one object of valid JSON (JSON.parse silently keeps the last). */
function duplicateKey(text: string): string | undefined {
  const open: Set<string>[] = [];
  for (let at = 0; at < text.length; at++) {
    const character = text[at];
    if (character === '{' || character === '[') open.push(new Set());
    else if (character === '}' || character === ']') open.pop();
    else if (character === '"') {
      const end = closingQuote(text, at);
      let next = end + 1;
      while (/\s/.test(text[next] ?? '')) next++;
      if (text[next] === ':') {
        const key = JSON.parse(text.slice(at, end + 1)) as string;
        if (open.at(-1)?.has(key)) return key;
        open.at(-1)?.add(key);
      }
      at = end;
    }
  }
  return undefined;
}

/** CheckpointError unless the tensors cover the data from first to last byte, each byte once. */
function checkOffsets(entries: readonly HeaderEntry[], dataLength: number): void {
  let end = 0;
  for (const { name, dtype, shape, data_offsets } of [...entries].sort(
    (a, b) => a.data_offsets[0] - b.data_offsets[0] || a.data_offsets[1] - b.data_offsets[1],
  )) {
    const [from, to] = data_offsets;
    const range = `bytes ${from} to ${to} of tensor ${quote(name)}`;
    if (to < from) throw new CheckpointError(`safetensors: ${range} end before they begin`);
    if (to > dataLength)
      throw new CheckpointError(
        `safetensors: ${range} are out of range, the data has ${dataLength} bytes (truncated?)`,
      );
    const needed = elements(shape) * dtypeBytes[dtype];
    if (to - from !== needed)
      throw new CheckpointError(
        `safetensors: ${range} do not fit ${dtype} [${shape.join(', ')}], which needs ${needed} bytes`,
      );
    if (from < end) throw new CheckpointError(`safetensors: ${range} overlap another tensor's`);
    if (from > end) throw new CheckpointError(`safetensors: data bytes ${end} to ${from} belong to no tensor`);
    end = to;
  }
  if (end !== dataLength)
    throw new CheckpointError(`safetensors: data bytes ${end} to ${dataLength} belong to no tensor`);
}

/**
 * The header in these bytes of JSON, of a file with `dataLength` bytes after it. CheckpointError that names the field,
 * also for types that are not `readable`.
 */
export function parseHeader(json: Uint8Array, dataLength: number, readable: readonly FileDtype[]): SafetensorsHeader {
  const text = textOf(json);
  let header: unknown;
  try {
    header = JSON.parse(text);
  } catch (cause) {
    throw new CheckpointError('safetensors: the header is not JSON', { cause });
  }
  if (typeof header !== 'object' || header === null || Array.isArray(header))
    throw new CheckpointError('safetensors: the header is not a JSON object');
  const duplicate = duplicateKey(text);
  if (duplicate !== undefined) throw new CheckpointError(`safetensors: the header names ${quote(duplicate)} twice`);
  const entries: HeaderEntry[] = [];
  let metadata: Record<string, string> = {};
  for (const [name, value] of Object.entries(header)) {
    if (name === METADATA) {
      const result = metadataSchema.safeParse(value);
      if (!result.success) throw new CheckpointError('safetensors: __metadata__ must map strings to strings');
      const reserved = Object.keys(value as object).find((key) => RESERVED.has(key));
      if (reserved)
        throw new CheckpointError(`safetensors: ${quote(reserved)} is not allowed as a key of __metadata__`);
      metadata = result.data;
      continue;
    }
    checkName(name);
    const result = entrySchema.safeParse(value);
    if (!result.success)
      throw new CheckpointError(
        `safetensors: header of tensor ${quote(name)}: ${result.error.issues[0]?.message ?? 'malformed'}`,
      );
    if (!readable.includes(result.data.dtype))
      throw new CheckpointError(
        `safetensors: header of tensor ${quote(name)}: dtype must be ${readable.slice(0, -1).join(', ')} or ${readable.at(-1)}`,
      );
    entries.push({ name, ...result.data });
  }
  checkOffsets(entries, dataLength);
  return { entries, metadata };
}
