/**
 * @file Symmetric 4- and 8-bit block quantization of linear weights, stored in the layout of ONNX Runtime's
 * com.microsoft.MatMulNBits (onnxruntime docs/ContribOperators.md), so that loading a policy needs no conversion.
 */
import { sizeOf } from '../engine/graph/index.ts';
import { assert } from '../lib/assert.ts';
import { EMBEDDING } from './config.ts';

/** Weights along the input dimension that share one scale. */
export const BLOCK_SIZE = 32;

export type Bits = 4 | 8;

/** A float32 weight; linear ones are [in, out]. */
export interface DenseWeight {
  readonly kind: 'dense';
  readonly shape: readonly number[];
  readonly data: Float32Array;
}

/** A linear weight, or the transpose of an embedding [V, d], in blocks: W[k, n] = (code - 2^(bits-1)) * scale of column n's block k / 32. */
export interface QuantizedWeight {
  readonly kind: 'quantized';
  readonly bits: Bits;
  /** Logical shape [K, N] = [in, out]. */
  readonly shape: readonly [number, number];
  /** Codes of the transposed weight, [N, K/32, 16 or 32]; two 4-bit codes a byte, the lower index in the low nibble. */
  readonly packed: Uint8Array;
  /** [N * K/32], block index fastest. Negative scales occur: see `blockScale`. */
  readonly scales: Float32Array;
}

export type Weight = DenseWeight | QuantizedWeight;

/** Shape of `packed`: [N, K/32, bytes of a block]. */
export function packedShape(shape: readonly [number, number], bits: Bits): [number, number, number] {
  return [shape[1], shape[0] / BLOCK_SIZE, (BLOCK_SIZE * bits) / 8];
}

/** Code of the value 0; also the default zero point of MatMulNBits. */
const zeroPoint = (bits: Bits): number => 2 ** (bits - 1);

/** The signed code in [-2^(bits-1), 2^(bits-1) - 1] nearest to value / scale. */
function nearestCode(value: number, scale: number, zero: number): number {
  if (scale === 0) return 0;
  return Math.min(zero - 1, Math.max(-zero, Math.round(value / scale)));
}

/** Squared error of a block at `scale`, and the least-squares scale for the same codes, sum w q / sum q^2. */
function tryScale(block: Float32Array, scale: number, zero: number): { error: number; refined: number } {
  let error = 0;
  let product = 0;
  let square = 0;
  for (const value of block) {
    const code = nearestCode(value, scale, zero);
    error += (value - code * scale) ** 2;
    product += value * code;
    square += code * code;
  }
  return { error, refined: square === 0 ? scale : Math.fround(product / square) };
}

/**
 * Multiples of the largest code that a block's largest magnitude is mapped to; above 1 it is clipped, and other weights
 * are rounded more finely.
 */
const REACHES = Array.from({ length: 13 }, (_, i) => 0.8 + 0.04 * i);

/** The first value of the largest magnitude. */
function extremeOf(block: Float32Array): number {
  let extreme = 0;
  for (const value of block) if (Math.abs(value) > Math.abs(extreme)) extreme = value;
  return extreme;
}

/**
 * The float32 scale of least squared error on a grid: the block's largest magnitude is mapped near the largest code, on
 * the positive side (2^(bits-1) - 1) and on the negative side (-2^(bits-1), one step more, hence signed scales); every
 * candidate is also refined by least squares for its codes. Plain rounding at max / (2^(bits-1) - 1) is a candidate, so
 * the result is never worse.
 */
function blockScale(block: Float32Array, zero: number): number {
  const extreme = extremeOf(block);
  if (extreme === 0) return 0;
  let best = 0;
  let least = Infinity;
  const consider = (scale: number): number => {
    const { error, refined } = tryScale(block, scale, zero);
    if (error < least) [best, least] = [scale, error];
    return refined;
  };
  for (const largest of [zero - 1, -zero]) {
    consider(Math.fround(extreme / largest));
    for (const reach of REACHES) consider(consider(Math.fround(extreme / (largest * reach))));
  }
  return best;
}

/** Writes the codes of block `index` at this scale. */
function packBlock(packed: Uint8Array, index: number, block: Float32Array, scale: number, bits: Bits): void {
  const zero = zeroPoint(bits);
  for (let i = 0; i < BLOCK_SIZE; i++) {
    const code = nearestCode(block[i] as number, scale, zero) + zero;
    const position = index * BLOCK_SIZE + i;
    if (bits === 8) packed[position] = code;
    else packed[position >> 1] = (packed[position >> 1] as number) | (code << (4 * (i & 1)));
  }
}

function checkFilled({ length }: Float32Array, [inputs, outputs]: readonly [number, number], name: string): void {
  assert(
    inputs % BLOCK_SIZE === 0,
    `${name}: ${inputs} inputs are not a multiple of the block size ${BLOCK_SIZE}, keep it dense`,
  );
  assert(length === inputs * outputs, `${name}: ${length} values do not fill the shape [${inputs}, ${outputs}]`);
}

/**
 * Quantizes a weight [K, N] stored row by row. UsageError that names `name` if K is not a multiple of 32 (such a weight
 * stays dense), the data does not fill the shape, or a value is not finite.
 */
export function quantizeLinear(
  weight: Float32Array,
  shape: readonly [number, number],
  bits: Bits,
  name = 'weight',
): QuantizedWeight {
  checkFilled(weight, shape, name);
  const [inputs, outputs] = shape;
  const blocks = inputs / BLOCK_SIZE;
  const packed = new Uint8Array((outputs * inputs * bits) / 8);
  const scales = new Float32Array(outputs * blocks);
  const block = new Float32Array(BLOCK_SIZE);
  for (let index = 0; index < scales.length; index++) {
    const column = Math.floor(index / blocks);
    const firstRow = (index % blocks) * BLOCK_SIZE;
    for (let i = 0; i < BLOCK_SIZE; i++) block[i] = weight[(firstRow + i) * outputs + column] as number;
    assert(
      block.every(Number.isFinite),
      `${name}: values of column ${column}, rows ${firstRow} to ${firstRow + BLOCK_SIZE - 1} are not all finite`,
    );
    scales[index] = blockScale(block, zeroPoint(bits));
    packBlock(packed, index, block, scales[index] as number, bits);
  }
  return { kind: 'quantized', bits, shape: [inputs, outputs], packed, scales };
}

/**
 * Quantizes the transpose [N, K] of a weight [K, N] in one pass, for models too large for the search of
 * `quantizeLinear`: the largest magnitude of a block becomes the code -2^(bits-1). Values must be finite. UsageError
 * that names `name` as there.
 */
export function quantizeRows(
  rows: Float32Array,
  shape: readonly [number, number],
  bits: Bits,
  name = 'weight',
): QuantizedWeight {
  checkFilled(rows, shape, name);
  const packed = new Uint8Array((rows.length * bits) / 8);
  const scales = new Float32Array(rows.length / BLOCK_SIZE);
  for (let index = 0; index < scales.length; index++) {
    const block = rows.subarray(index * BLOCK_SIZE, (index + 1) * BLOCK_SIZE);
    scales[index] = -extremeOf(block) / zeroPoint(bits);
    packBlock(packed, index, block, scales[index] as number, bits);
  }
  return { kind: 'quantized', bits, shape, packed, scales };
}

/** The float32 values [K, N], row by row, of a quantized weight. */
export function dequantizeLinear(weight: QuantizedWeight): Float32Array {
  const [inputs, outputs] = weight.shape;
  const zero = zeroPoint(weight.bits);
  const result = new Float32Array(inputs * outputs);
  for (let position = 0; position < result.length; position++) {
    const code =
      weight.bits === 8
        ? (weight.packed[position] as number)
        : ((weight.packed[position >> 1] as number) >> (4 * (position & 1))) & 15;
    const column = Math.floor(position / inputs);
    const scale = weight.scales[Math.floor(position / BLOCK_SIZE)] as number;
    result[(position % inputs) * outputs + column] = (code - zero) * scale;
  }
  return result;
}

/** Writes some blocks, unpacked, into `into` from `to` on. */
type Unpack = (into: Float32Array, to: number, from: number, end: number) => void;

const unpackBytes =
  ({ packed, scales }: QuantizedWeight): Unpack =>
  (into, to, from, end) => {
    for (let i = from * BLOCK_SIZE; i < end * BLOCK_SIZE; i++)
      into[to++] = ((packed[i] as number) - 128) * (scales[Math.floor(i / BLOCK_SIZE)] as number);
  };

/** For 4-bit codes. Eight of them are read as one word, which is twice as fast as byte by byte. */
function unpackNibbles({ packed, scales }: QuantizedWeight): Unpack {
  const { buffer, byteOffset, length } = packed.byteOffset % 4 === 0 ? packed : packed.slice();
  const words = new Uint32Array(buffer, byteOffset, length / 4);
  return (into, to, from, end) => {
    for (let block = from; block < end; block++) {
      const scale = scales[block] as number;
      for (let i = 4 * block; i < 4 * block + 4; i++) {
        const codes = words[i] as number;
        into[to] = ((codes & 15) - 8) * scale;
        into[to + 1] = (((codes >>> 4) & 15) - 8) * scale;
        into[to + 2] = (((codes >>> 8) & 15) - 8) * scale;
        into[to + 3] = (((codes >>> 12) & 15) - 8) * scale;
        into[to + 4] = (((codes >>> 16) & 15) - 8) * scale;
        into[to + 5] = (((codes >>> 20) & 15) - 8) * scale;
        into[to + 6] = (((codes >>> 24) & 15) - 8) * scale;
        into[to + 7] = ((codes >>> 28) - 8) * scale;
        to += 8;
      }
    }
  };
}

/** Rows of a quantized weight's transpose [N, K], float32, end to end into `into`: those of the given columns, or all. */
export function unpackRows(weight: QuantizedWeight, into: Float32Array, columns?: Int32Array): void {
  const [inputs, outputs] = weight.shape;
  const blocks = inputs / BLOCK_SIZE;
  const unpack = weight.bits === 8 ? unpackBytes(weight) : unpackNibbles(weight);
  if (columns) columns.forEach((n, i) => unpack(into, i * inputs, n * blocks, (n + 1) * blocks));
  else unpack(into, 0, 0, outputs * blocks);
}

/** A weight by this name in single precision; an embedding [V, d] is the transpose of its blocks. */
export function denseWeight(name: string, weight: Weight): DenseWeight {
  if (weight.kind === 'dense') return weight;
  if (name !== EMBEDDING) return { kind: 'dense', shape: weight.shape, data: dequantizeLinear(weight) };
  const data = new Float32Array(sizeOf(weight.shape));
  unpackRows(weight, data);
  return { kind: 'dense', shape: weight.shape.toReversed(), data };
}

/** Most weights of a policy whose linear ones are unpacked to single precision, 4 bytes each. */
export const MOST_UNPACKED = 100e6;

/**
 * The weights with blocks unpacked to dense values, since dense products are faster; unchanged for a policy of more
 * than `most` weights.
 */
export function unpacked(weights: ReadonlyMap<string, Weight>, most = MOST_UNPACKED): ReadonlyMap<string, Weight> {
  const count = [...weights.values()].reduce((sum, { shape }) => sum + sizeOf(shape), 0);
  if (count > most) return weights;
  return new Map([...weights].map(([name, weight]) => [name, denseWeight(name, weight)]));
}
