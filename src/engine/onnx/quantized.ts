/** @file Block-quantized weights as numbers, for graphs checked in float64. */
import { GraphError, isOp, type QuantizedAttributes, type Value } from '../graph/index.ts';

function constantData(value: Value, what: string): ArrayLike<number> {
  if (!isOp(value.node, 'constant')) throw new GraphError(`${what} of a quantized weight must be a constant`);
  return value.node.attributes.data;
}

/** The dense transposed weight [outDim, inDim]: (q - zero) * scale, zero = 8 for 4 bits and 128 for 8 bits. */
export function denseBlocks(packed: Value, scales: Value, q: QuantizedAttributes): Float64Array {
  const bytes = constantData(packed, 'the blocks');
  const scale = constantData(scales, 'the scales');
  const zero = q.bits === 4 ? 8 : 128;
  return Float64Array.from({ length: q.outDim * q.inDim }, (_, i) => {
    const byte = bytes[q.bits === 4 ? i >> 1 : i] as number;
    const level = q.bits === 8 ? byte : i % 2 === 0 ? byte & 15 : byte >> 4;
    return (level - zero) * Math.fround(scale[Math.floor(i / q.blockSize)] as number);
  });
}
