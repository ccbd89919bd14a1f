/** @file Sizes and types of tensors in buffers of the GPU. */
import type { Tensor } from 'onnxruntime-web';
import { bytesPerElement } from './check.ts';
import { type DataType, RuntimeError } from './runtime.ts';

/** Copies take multiples of 4 bytes, and buffers have them. */
export const paddedSize = (tensor: Tensor): number => Math.ceil(byteSize(tensor) / 4) * 4;

/** Bytes of the elements. */
export const byteSize = (tensor: Tensor): number => tensor.size * bytesPerElement(supported(tensor));

/** Buffers of equal keys are interchangeable. */
export function poolKey(dtype: DataType, shape: readonly number[]): string {
  return `${dtype}:${shape}`;
}

/** The type of the elements; RuntimeError 'run' for one that no graph has. */
export function supported({ type }: Tensor): DataType {
  switch (type) {
    case 'float16':
    case 'float32':
    case 'int32':
    case 'int64':
    case 'uint8':
    case 'bool':
      return type;
    default:
      throw new RuntimeError('run', `tensors of type ${type} are not supported`);
  }
}
