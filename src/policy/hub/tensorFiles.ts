/** @file Tensors of a model by name, in one safetensors file or in shards with an index, read one by one. */
import { once } from '../../lib/once.ts';
import { z } from '../../lib/zod.ts';
import {
  CheckpointError,
  type FileDtype,
  type HeaderEntry,
  headerLength,
  LENGTH_BYTES,
  parseHeader,
  quote,
} from '../safetensorsHeader.ts';
import { type ModelSource, readJson, readRange, refusePointer } from './source.ts';

const WHOLE = 'model.safetensors';
export const INDEX = 'model.safetensors.index.json';

/** The shard of each tensor. */
const indexSchema = z.looseObject({
  weight_map: z.record(
    z.string(),
    z.string().regex(/^[\w.-]+\.safetensors$/, 'the name of a safetensors file in the same folder is needed'),
  ),
});

/** Where a tensor lies. */
export interface PlacedTensor {
  readonly file: string;
  readonly dtype: FileDtype;
  readonly shape: readonly number[];
  readonly start: number;
  readonly end: number;
}

/** Types of weights that can be read; tensors of others may be in a file, as counters and masks. */
const allTypes: readonly FileDtype[] = ['F64', 'F32', 'F16', 'BF16', 'I64', 'I32', 'I16', 'I8', 'U8', 'BOOL'];

/** The result of `read`; its CheckpointError then also names the file. */
async function inFile<T>(file: string, read: () => Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof CheckpointError && !cause.message.startsWith(file))
      throw new CheckpointError(`${file}: ${cause.message}`, { cause });
    throw cause;
  }
}

const placed = (file: string, dataStart: number, { dtype, shape, data_offsets: [start, end] }: HeaderEntry) => ({
  file,
  dtype,
  shape,
  start: dataStart + start,
  end: dataStart + end,
});

/** The tensors of one file. */
async function tensorsOf(source: ModelSource, file: string, size: number): Promise<Map<string, PlacedTensor>> {
  return inFile(file, async () => {
    const start = await readRange(source, file, 0, Math.min(size, LENGTH_BYTES));
    refusePointer(file, new TextDecoder().decode(start));
    const length = headerLength(start, size);
    const dataStart = LENGTH_BYTES + length;
    const json = await readRange(source, file, LENGTH_BYTES, dataStart);
    const { entries } = parseHeader(json, size - dataStart, allTypes);
    return new Map(entries.map((entry) => [entry.name, placed(file, dataStart, entry)]));
  });
}

/** The names of the files, and the file of each tensor if an index states it. */
async function filesOf(source: ModelSource): Promise<{ files: string[]; stated: ReadonlyMap<string, string> | null }> {
  const index = await readJson(source, INDEX, indexSchema);
  if (!index) return { files: [WHOLE], stated: null };
  const stated = new Map(Object.entries(index.weight_map));
  return { files: [...new Set(stated.values())], stated };
}

/**
 * The places of all tensors; headers are read, data is not. CheckpointError for a missing or malformed file, or shards
 * that differ from their index.
 */
export async function findTensors(source: ModelSource): Promise<ReadonlyMap<string, PlacedTensor>> {
  const { files, stated } = await filesOf(source);
  const found = new Map<string, PlacedTensor>();
  for (const file of files) {
    const size = await source.sizeOf(file);
    if (size === null) throw new CheckpointError(`${source.name}: the folder has no ${file}`);
    for (const [name, tensor] of await tensorsOf(source, file, size)) {
      const expected = stated ? stated.get(name) : file;
      if (expected !== file)
        throw new CheckpointError(`${file}: ${INDEX} places tensor ${quote(name)} in ${expected ?? 'no file'}`);
      found.set(name, tensor);
    }
  }
  const lost = [...(stated ?? [])].find(([name]) => !found.has(name));
  if (lost) throw new CheckpointError(`${lost[1]}: tensor ${quote(lost[0])}, which ${INDEX} places there, is missing`);
  return found;
}

/** float32 of bfloat16: its upper half. */
function fromBfloat16(bits: Uint16Array): Float32Array {
  const wide = new Uint32Array(bits.length);
  for (let i = 0; i < bits.length; i++) wide[i] = (bits[i] as number) << 16;
  return new Float32Array(wide.buffer);
}

/** float32 of IEEE 754 half precision: 1 bit sign, 5 exponent, 10 fraction. */
function halfValue(half: number): number {
  const [exponent, fraction] = [(half >> 10) & 31, half & 1023];
  const sign = half & 0x8000 ? -1 : 1;
  if (exponent === 31) return fraction === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? fraction * 2 ** -24 : (1 + fraction / 1024) * 2 ** (exponent - 15));
}

const halfTable = once(() => Float32Array.from({ length: 1 << 16 }, (_, half) => halfValue(half)));

/** The numbers of a tensor. CheckpointError for a type that is no float of 16 or 32 bits. */
export async function readFloats(source: ModelSource, name: string, tensor: PlacedTensor): Promise<Float32Array> {
  const { file, dtype, start, end } = tensor;
  if (dtype !== 'F32' && dtype !== 'F16' && dtype !== 'BF16')
    throw new CheckpointError(`${file}: tensor ${quote(name)} is ${dtype}; F32, F16 and BF16 can be read`);
  const { buffer } = await readRange(source, file, start, end);
  if (dtype === 'F32') return new Float32Array(buffer);
  const halves = new Uint16Array(buffer);
  if (dtype === 'BF16') return fromBfloat16(halves);
  const table = halfTable();
  return Float32Array.from(halves, (half) => table[half] as number);
}
