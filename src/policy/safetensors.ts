/**
 * @file The safetensors container (huggingface/safetensors, format section): 8 bytes little-endian header length, a
 * JSON header, then the tensors' bytes without gaps. Typed arrays are read without conversion, so the host must be
 * little endian, as in every browser.
 */
import {
  CheckpointError,
  checkName,
  elements,
  headerLength,
  LARGEST_HEADER,
  LENGTH_BYTES,
  METADATA,
  parseHeader,
  quote,
} from './safetensorsHeader.ts';

export { CheckpointError };

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

const dtypes = { F32: Float32Array, U8: Uint8Array, I32: Int32Array } as const;

export type StoredDtype = keyof typeof dtypes;

/** The safetensors name of an array's element type. */
export function dtypeOf(data: StoredTensor['data']): StoredDtype {
  if (data instanceof Float32Array) return 'F32';
  return data instanceof Uint8Array ? 'U8' : 'I32';
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

function readHeader(bytes: Uint8Array) {
  const dataStart = LENGTH_BYTES + headerLength(bytes, bytes.length);
  const json = bytes.subarray(LENGTH_BYTES, dataStart);
  return { dataStart, ...parseHeader(json, bytes.length - dataStart, ['F32', 'U8', 'I32']) };
}

/** The metadata of a file, without its tensors. CheckpointError for a malformed header. */
export const readMetadata = (bytes: Uint8Array): Safetensors['metadata'] => readHeader(bytes).metadata;

/**
 * Reads a file; every tensor is a copy, or with `isShared` lies in the memory of the file where that is aligned. For
 * any bytes, the only error is a CheckpointError.
 */
export function readSafetensors(bytes: Uint8Array, isShared = false): Safetensors {
  const { dataStart, entries, metadata } = readHeader(bytes);
  const tensors = new Map<string, StoredTensor>();
  for (const { name, dtype, shape, data_offsets } of entries) {
    const own = bytes.subarray(dataStart + data_offsets[0], dataStart + data_offsets[1]);
    const { buffer, byteOffset } = isShared && own.byteOffset % 4 === 0 ? own : new Uint8Array(own);
    const data = new dtypes[dtype as StoredDtype](buffer as ArrayBuffer, byteOffset, elements(shape));
    tensors.set(name, { shape, data });
  }
  return { tensors, metadata };
}
