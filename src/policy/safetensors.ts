/**
 * @file The safetensors container (huggingface/safetensors, format section): 8 bytes little-endian header length, a
 * JSON header, then the tensors' bytes without gaps. Typed arrays are read without conversion, so the host must be
 * little endian, as in every browser.
 */
import { z } from '../lib/zod.ts';

/** A file of weights cannot be read; the message names the part of the file. */
export class CheckpointError extends Error {
  override readonly name = 'CheckpointError';
}

/** A tensor in a file, row by row; the class of `data` is its dtype: F32, U8 or I32. */
export interface StoredTensor {
  readonly shape: readonly number[];
  readonly data: Float32Array | Uint8Array | Int32Array;
}

export interface Safetensors {
  readonly tensors: ReadonlyMap<string, StoredTensor>;
  /** `__metadata__`: strings only. */
  readonly metadata: Readonly<Record<string, string>>;
}

const METADATA = '__metadata__';
const LENGTH_BYTES = 8;
/** The format's own limit. */
const LARGEST_HEADER = 100_000_000;
/** Keys with a special meaning in JavaScript objects. */
const RESERVED = new Set(['__proto__', 'constructor', 'prototype']);

const dtypes = { F32: Float32Array, U8: Uint8Array, I32: Int32Array } as const;

export type StoredDtype = keyof typeof dtypes;

/** The safetensors name of an array's element type. */
export function dtypeOf(data: StoredTensor['data']): StoredDtype {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Uint8Array ? 'U8' : 'I32';
}

const wholeNumber = z.number().int().min(0);
const entrySchema = z.strictObject({
  dtype: z.enum(['F32', 'U8', 'I32'], { error: 'dtype must be F32, U8 or I32' }),
  shape: z.array(wholeNumber, { error: 'shape must be a list of whole numbers' }),
  data_offsets: z.tuple([wholeNumber, wholeNumber], { error: 'data_offsets must be two whole numbers' }),
});
const metadataSchema = z.record(z.string(), z.string());

interface Entry extends z.infer<typeof entrySchema> {
  readonly name: string;
}

/** Index of the first number of a vector that is not finite, or -1. */
export function firstNonFinite(data: Float32Array): number {
  // x - x is 0 for every finite x and NaN for others; the sum compiles to a tight loop.
  let sum = 0;
  for (const x of data) sum += x - x;
  return sum === 0 ? -1 : data.findIndex((value) => !Number.isFinite(value));
}

/** CheckpointError that names the tensor and the index of a number that is not finite. `what` is the kind of file. */
export function requireFinite(what: string, name: string, data: Float32Array): void {
  const at = firstNonFinite(data);
  if (at >= 0)
    throw new CheckpointError(`${what}: tensor ${quote(name)}: value ${at} is ${data[at]}, not a finite number`);
}

const quote = (name: string): string => JSON.stringify(name.length > 80 ? `${name.slice(0, 80)}...` : name);

function checkName(name: string): void {
  if (RESERVED.has(name) || name === METADATA || name === '')
    throw new CheckpointError(`safetensors: ${quote(name)} is not allowed as a tensor name`);
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/**
 * A file with the given tensors and metadata. Tensors of 4-byte elements come first, so that every one is aligned;
 * otherwise the order is the map's. Throws CheckpointError for a reserved name or data that does not fill its shape.
 */
export function writeSafetensors({ tensors, metadata }: Safetensors): Uint8Array<ArrayBuffer> {
  const ordered = [...tensors].sort(([, a], [, b]) => b.data.BYTES_PER_ELEMENT - a.data.BYTES_PER_ELEMENT);
  const header: [string, unknown][] = [[METADATA, metadata]];
  let end = 0;
  for (const [name, { shape, data }] of ordered) {
    checkName(name);
    if (elements(shape) !== data.length)
      throw new CheckpointError(
        `safetensors: tensor ${quote(name)} has ${data.length} values for the shape [${shape.join(', ')}]`,
      );
    header.push([name, { dtype: dtypeOf(data), shape, data_offsets: [end, end + data.byteLength] }]);
    end += data.byteLength;
  }
  const text = new TextEncoder().encode(JSON.stringify(Object.fromEntries(header)));
  const headerLength = Math.ceil(text.length / LENGTH_BYTES) * LENGTH_BYTES;
  const file = new Uint8Array(LENGTH_BYTES + headerLength + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(headerLength), true);
  file.fill(0x20, LENGTH_BYTES, LENGTH_BYTES + headerLength);
  file.set(text, LENGTH_BYTES);
  let offset = LENGTH_BYTES + headerLength;
  for (const [, { data }] of ordered) {
    file.set(new Uint8Array(data.buffer, data.byteOffset, data.byteLength), offset);
    offset += data.byteLength;
  }
  return file;
}

/** Whether bytes begin like a safetensors file: text, read as a header length, exceeds the format's limit. */
export const isSafetensors = (bytes: Uint8Array): boolean =>
  bytes.length >= LENGTH_BYTES && new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true) <= LARGEST_HEADER;

/** The header's text and the start of the data. */
function readHeader(bytes: Uint8Array): { text: string; dataStart: number } {
  if (bytes.length < LENGTH_BYTES)
    throw new CheckpointError(`safetensors: truncated, ${bytes.length} bytes do not hold the 8-byte header length`);
  const length = new DataView(bytes.buffer, bytes.byteOffset).getBigUint64(0, true);
  if (length > LARGEST_HEADER)
    throw new CheckpointError(
      `safetensors: header length ${length} is more than ${LARGEST_HEADER}, so this is no safetensors file`,
    );
  const dataStart = LENGTH_BYTES + Number(length);
  if (dataStart > bytes.length)
    throw new CheckpointError(
      `safetensors: truncated, the header has ${length} bytes and only ${bytes.length - LENGTH_BYTES} follow`,
    );
  try {
    return {
      text: new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes.subarray(LENGTH_BYTES, dataStart)),
      dataStart,
    };
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

function parseHeader(text: string): { entries: Entry[]; metadata: Record<string, string> } {
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
  const entries: Entry[] = [];
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
    entries.push({ name, ...result.data });
  }
  return { entries, metadata };
}

/** CheckpointError unless the tensors cover the data from first to last byte, each byte once. */
function checkOffsets(entries: readonly Entry[], dataLength: number): void {
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
    const needed = elements(shape) * dtypes[dtype].BYTES_PER_ELEMENT;
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

/** Reads a file; every tensor is a copy. For any bytes, the only error is a CheckpointError. */
export function readSafetensors(bytes: Uint8Array): Safetensors {
  const { text, dataStart } = readHeader(bytes);
  const { entries, metadata } = parseHeader(text);
  checkOffsets(entries, bytes.length - dataStart);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, data_offsets } of entries) {
    const copy = new Uint8Array(data_offsets[1] - data_offsets[0]);
    copy.set(bytes.subarray(dataStart + data_offsets[0], dataStart + data_offsets[1]));
    tensors.set(name, { shape, data: new dtypes[dtype](copy.buffer) });
  }
  return { tensors, metadata };
}
