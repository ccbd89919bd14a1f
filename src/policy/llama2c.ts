/**
 * @file Reader of llama2.c "version 0" checkpoints (karpathy/llama2.c, export.py legacy_export): seven int32, then
 * float32 tensors in a fixed order, each linear one [out, in] and here transposed to [in, out].
 */
import { UsageError } from '../lib/assert.ts';
import type { BaseWeights } from './checkpoint.ts';
import { headSize, kvDim, parsePolicyConfig, type PolicyConfig } from './config.ts';
import type { DenseWeight } from './quantize.ts';
import { CheckpointError, requireFinite } from './safetensors.ts';

const HEADER_FIELDS = 7;
const HEADER_BYTES = HEADER_FIELDS * 4;
/** "ak42", the first word of files of version 1 and later. */
const LATER_MAGIC = 0x616b3432;

function readConfig(view: DataView): PolicyConfig {
  if (view.byteLength < HEADER_BYTES)
    throw new CheckpointError(
      `llama2.c file: truncated, ${view.byteLength} bytes do not hold the header of ${HEADER_BYTES}`,
    );
  const field = (index: number): number => view.getInt32(index * 4, true);
  if (field(0) === LATER_MAGIC)
    throw new CheckpointError(
      `llama2.c file: it is of version ${field(1)}, only version 0 (export.py's legacy format) can be read`,
    );
  try {
    return parsePolicyConfig({
      dim: field(0),
      hiddenDim: field(1),
      layers: field(2),
      heads: field(3),
      kvHeads: field(4),
      vocabSize: Math.abs(field(5)),
      maxSequence: field(6),
      ropeTheta: 10000,
      ropeInterleaved: true,
      normEps: 1e-5,
      // A negative vocabulary size marks an untied head.
      tiedHead: field(5) > 0,
    });
  } catch (cause) {
    if (cause instanceof UsageError) throw new CheckpointError(`llama2.c file: header: ${cause.message}`, { cause });
    throw cause;
  }
}

/** One tensor of the file; `perLayer` ones hold all layers in sequence. `ours` is null for unused tables. */
interface Section {
  readonly ours: string | null;
  readonly perLayer: boolean;
  /** Shape in the file, [out, in] if transposed. */
  readonly shape: readonly number[];
  readonly transposed: boolean;
}

/** The tensors in file order. */
function sections(config: PolicyConfig): Section[] {
  const { dim, hiddenDim, vocabSize, maxSequence, tiedHead } = config;
  const plain = (ours: string | null, shape: number[]): Section => ({
    ours,
    shape,
    perLayer: false,
    transposed: false,
  });
  const norm = (ours: string): Section => ({ ours, shape: [dim], perLayer: true, transposed: false });
  const linear = (ours: string, output: number, input: number): Section => ({
    ours,
    shape: [output, input],
    perLayer: true,
    transposed: true,
  });
  const rotaryTable = plain(null, [maxSequence, headSize(config) / 2]);
  const head: Section = { ours: 'head', shape: [vocabSize, dim], perLayer: false, transposed: true };
  return [
    plain('embedding', [vocabSize, dim]),
    norm('attention_norm'),
    linear('q', dim, dim),
    linear('k', kvDim(config), dim),
    linear('v', kvDim(config), dim),
    linear('o', dim, dim),
    norm('mlp_norm'),
    linear('gate', hiddenDim, dim),
    linear('down', dim, hiddenDim),
    linear('up', hiddenDim, dim),
    plain('norm', [dim]),
    rotaryTable,
    rotaryTable,
    ...(tiedHead ? [] : [head]),
  ];
}

const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** [rows, columns] to [columns, rows]. */
function transpose(data: Float32Array, rows: number, columns: number): Float32Array {
  const result = new Float32Array(data.length);
  for (let row = 0; row < rows; row++) {
    for (let column = 0; column < columns; column++)
      result[column * rows + row] = data[row * columns + column] as number;
  }
  return result;
}

/**
 * The weights of a checkpoint. CheckpointError for a header that is not a configuration, a file whose length differs
 * from the header's, or a weight that is not finite.
 */
export function readLlama2c(bytes: Uint8Array): BaseWeights {
  const config = readConfig(new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength));
  const parts = sections(config);
  const repeats = (part: Section): number => (part.perLayer ? config.layers : 1);
  const expected = HEADER_BYTES + 4 * parts.reduce((sum, part) => sum + repeats(part) * elements(part.shape), 0);
  if (bytes.length !== expected) {
    throw new CheckpointError(
      `llama2.c file: ${bytes.length} bytes, but the sizes in its header need exactly ${expected}${bytes.length < expected ? ' (truncated?)' : ''}`,
    );
  }
  // A copy, because a Float32Array needs an offset that is a multiple of 4.
  const values = new Float32Array(bytes.slice(HEADER_BYTES).buffer);
  const weights = new Map<string, DenseWeight>();
  let offset = 0;
  for (const part of parts) {
    const count = elements(part.shape);
    const [rows = 1, columns = 1] = part.shape;
    for (let layer = 0; layer < repeats(part); layer++) {
      const data = values.slice(offset, offset + count);
      offset += count;
      if (part.ours === null) continue;
      const name = part.perLayer ? `layers.${layer}.${part.ours}` : part.ours;
      requireFinite('llama2.c file', name, data);
      weights.set(
        name,
        part.transposed
          ? { kind: 'dense', shape: [columns, rows], data: transpose(data, rows, columns) }
          : { kind: 'dense', shape: part.shape, data },
      );
    }
  }
  return { config, weights };
}
