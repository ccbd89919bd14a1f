/** @file Matrix products and the fused operators of transformers. */
import { broadcastShape, needFloat, sameShape } from './shapes.ts';
import { type AttentionAttributes, make, makeNode, type QuantizedAttributes, refuse, type Value } from './value.ts';

/** a [..., n, k] times b [..., k, m]; leading axes broadcast. */
export function matmul(a: Value, b: Value): Value {
  needFloat('matmul', [a, b]);
  const inner = a.shape.at(-1);
  if (a.shape.length < 2 || b.shape.length < 2 || inner !== b.shape.at(-2))
    refuse('matmul', [a, b], 'inner sizes differ');
  const lead = broadcastShape('matmul', [a, b], [a.shape.slice(0, -2), b.shape.slice(0, -2)]);
  return make('matmul', [a, b], {}, [...lead, a.shape.at(-2) as number, b.shape.at(-1) as number], 'float');
}

function checkQuantized(op: string, inputs: readonly Value[], q: QuantizedAttributes): void {
  const [packed, scales] = inputs.slice(-2);
  const blocks = q.inDim / q.blockSize;
  if (packed?.dtype !== 'uint8' || scales?.dtype !== 'float')
    refuse(op, inputs, 'packed blocks must be uint8 and scales float');
  if (!Number.isInteger(blocks)) refuse(op, inputs, `${q.inDim} is not a multiple of the block size ${q.blockSize}`);
  const bytes = (q.blockSize * q.bits) / 8;
  if (!sameShape(packed.shape, [q.outDim, blocks, bytes])) {
    refuse(op, inputs, `packed blocks must be [${q.outDim},${blocks},${bytes}]`);
  }
  if (!sameShape(scales.shape, [q.outDim, blocks])) refuse(op, inputs, `scales must be [${q.outDim},${blocks}]`);
}

/**
 * x [..., inDim] times a block-quantized weight [inDim, outDim].
 * `packed` uint8 [outDim, inDim/blockSize, bytes] in MatMulNBits' layout, `scales` float [outDim, inDim/blockSize].
 */
export function matmulNBits(x: Value, packed: Value, scales: Value, q: QuantizedAttributes): Value {
  checkQuantized('matmulNBits', [x, packed, scales], q);
  if (x.dtype !== 'float' || x.shape.at(-1) !== q.inDim)
    refuse('matmulNBits', [x, packed, scales], `the last axis must be ${q.inDim} floats`);
  return make('matmulNBits', [x, packed, scales], q, [...x.shape.slice(0, -1), q.outDim], 'float');
}

/** The dense weight of the same blocks, transposed: [outDim, inDim], or its rows `rows` int [n]: [n, inDim]. */
export function dequantize(packed: Value, scales: Value, q: QuantizedAttributes, rows?: Value): Value {
  checkQuantized('dequantize', [packed, scales], q);
  if (!rows) return make('dequantize', [packed, scales], q, [q.outDim, q.inDim], 'float');
  if (rows.dtype !== 'int' || rows.shape.length !== 1)
    refuse('dequantize', [packed, scales, rows], 'rows must be int[n]');
  return make('dequantize', [packed, scales, rows], q, [rows.shape[0] as number, q.inDim], 'float');
}

/**
 * Rotary position embedding (arXiv 2104.09864): turns each pair of a head by the angle of its position. `x` [B, T,
 * heads hd], `positions` int [B, T], or int [1]: the first of consecutive ones. `cosines` and `sines` [m, hd/2], m at
 * least T, may have a common factor. `interleaved`: pairs are neighbours instead of the halves of a head.
 */
export function rotary(
  x: Value,
  positions: Value,
  tables: { readonly cosines: Value; readonly sines: Value },
  interleaved: boolean,
): Value {
  const inputs = [x, positions, tables.cosines, tables.sines];
  needFloat('rotary', [x, tables.cosines, tables.sines]);
  const half = tables.cosines.shape[1] ?? 0;
  const width = x.shape[2] ?? 0;
  if (x.shape.length !== 3 || !(width % (2 * half) === 0))
    refuse('rotary', inputs, 'x must be [B,T,width] with whole heads');
  if (!sameShape(tables.cosines.shape, tables.sines.shape) || tables.cosines.shape.length !== 2)
    refuse('rotary', inputs, 'cosines and sines must be tables of one shape');
  if ((tables.cosines.shape[0] as number) < (x.shape[1] as number))
    refuse('rotary', inputs, 'the tables must have a row for each position');
  if (
    positions.dtype !== 'int' ||
    !(sameShape(positions.shape, x.shape.slice(0, 2)) || sameShape(positions.shape, [1]))
  )
    refuse('rotary', inputs, `positions must be int[${x.shape.slice(0, 2).join(',')}] or int[1]`);
  return make('rotary', inputs, { interleaved }, x.shape, 'float');
}

/** x / sqrt(mean(x^2) + epsilon) * weight over the last axis (arXiv 1910.07467). */
export function rmsNorm(x: Value, weight: Value, epsilon: number): Value {
  needFloat('rmsNorm', [x, weight]);
  if (weight.shape.length !== 1 || x.shape.at(-1) !== weight.shape[0])
    refuse('rmsNorm', [x, weight], 'the weight must match the last axis');
  return make('rmsNorm', [x, weight], { epsilon }, x.shape, 'float');
}

/** rmsNorm(x + skip) and x + skip in one dispatch; for decoding, without a gradient. */
export function skipRmsNorm(x: Value, skip: Value, weight: Value, epsilon: number): { normed: Value; sum: Value } {
  needFloat('skipRmsNorm', [x, skip, weight]);
  if (!sameShape(x.shape, skip.shape)) refuse('skipRmsNorm', [x, skip, weight], 'x and skip differ');
  if (!sameShape(weight.shape, x.shape.slice(-1)))
    refuse('skipRmsNorm', [x, skip, weight], 'the weight must match the last axis');
  const output = { shape: x.shape, dtype: 'float' as const };
  const [normed, sum] = makeNode('skipRmsNorm', [x, skip, weight], { epsilon }, [output, output]) as [Value, Value];
  return { normed, sum };
}

/** x silu(gate), both [..., n], in one dispatch; for decoding, without a gradient. */
export function siluGate(x: Value, gate: Value): Value {
  needFloat('siluGate', [x, gate]);
  if (!sameShape(x.shape, gate.shape)) refuse('siluGate', [x, gate], 'x and gate differ');
  return make('siluGate', [x, gate], {}, x.shape, 'float');
}

/**
 * Attention of one new token per row over a cache of fixed capacity, rotary embedding included; for decoding, without a
 * gradient. `qkv` [B, 1, (heads + 2 kvHeads) hd] packed, caches [B, kvHeads, capacity, hd], `position` int [B] of the
 * new token, `cosines` and `sines` [capacity, hd/2]. Returns the attended values [B, 1, heads hd] and the caches with
 * the token's key and value written.
 */
export function groupQueryAttention(
  qkv: Value,
  keyCache: Value,
  valueCache: Value,
  position: Value,
  rotary: { cosines: Value; sines: Value },
  attention: AttentionAttributes,
): { attended: Value; keyCache: Value; valueCache: Value } {
  const inputs = [qkv, keyCache, valueCache, position, rotary.cosines, rotary.sines];
  const [batch, length, width] = qkv.shape as [number, number, number];
  const headSize = width / (attention.heads + 2 * attention.kvHeads);
  if (qkv.shape.length !== 3 || length !== 1)
    refuse('groupQueryAttention', inputs, 'takes one new token per row, [B,1,width]');
  if (attention.heads % attention.kvHeads !== 0)
    refuse('groupQueryAttention', inputs, `${attention.heads} heads do not share ${attention.kvHeads} evenly`);
  const cacheShape = [batch, attention.kvHeads, attention.capacity, headSize];
  if (!sameShape(keyCache.shape, cacheShape) || !sameShape(valueCache.shape, cacheShape)) {
    refuse('groupQueryAttention', inputs, 'the cache does not match heads, capacity and head size');
  }
  if (position.dtype !== 'int' || !sameShape(position.shape, [batch]))
    refuse('groupQueryAttention', inputs, `position must be int[${batch}]`);
  const tableShape = [attention.capacity, headSize / 2];
  if (!sameShape(rotary.cosines.shape, tableShape) || !sameShape(rotary.sines.shape, tableShape)) {
    refuse('groupQueryAttention', inputs, `cosines and sines must be [${tableShape.join(',')}]`);
  }
  const cache = { shape: keyCache.shape, dtype: 'float' as const };
  const [attended, keys, values] = makeNode('groupQueryAttention', inputs, attention, [
    { shape: [batch, length, attention.heads * headSize], dtype: 'float' },
    cache,
    cache,
  ]) as [Value, Value, Value];
  return { attended, keyCache: keys, valueCache: values };
}
