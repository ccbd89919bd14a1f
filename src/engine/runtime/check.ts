/**
 * @file Checks of tensor data, feeds and compiled graphs before they reach ONNX Runtime.
 */

import type { InferenceSession } from 'onnxruntime-web';
import type { Session } from './device.ts';
import {
  RuntimeError,
  type CompileOptions,
  type DataType,
  type HostTensor,
  type DeviceTensor,
  type TensorData,
  type TensorSpec,
} from './runtime.ts';

const ARRAY_OF = {
  float16: Uint16Array,
  float32: Float32Array,
  float64: Float64Array,
  int32: Int32Array,
  int64: BigInt64Array,
  uint8: Uint8Array,
  bool: Uint8Array,
} as const;

/** A zeroed array for `length` elements of `dtype`; bool takes one byte per element. */
export function newArray(dtype: DataType, length: number): TensorData {
  return new ARRAY_OF[dtype](length);
}

/** The array type of `dtype` over existing bytes. */
export function viewArray(dtype: DataType, bytes: ArrayBuffer): TensorData {
  return new ARRAY_OF[dtype](bytes);
}

export function bytesPerElement(dtype: DataType): number {
  return ARRAY_OF[dtype].BYTES_PER_ELEMENT;
}

export function elementCount(shape: readonly number[]): number {
  let count = 1;
  for (const size of shape) count *= size;
  return count;
}

/** Throws 'bad-feed' unless `data` is an array of `dtype` with as many elements as `shape`. */
export function checkData(where: string, dtype: DataType, shape: readonly number[], data: TensorData): void {
  if (!(data instanceof ARRAY_OF[dtype])) {
    throw new RuntimeError(
      'bad-feed',
      `${where}: ${dtype} needs a ${ARRAY_OF[dtype].name}, got ${data.constructor.name}`,
    );
  }
  if (data.length !== elementCount(shape)) {
    throw new RuntimeError(
      'bad-feed',
      `${where}: shape [${shape}] needs ${elementCount(shape)} elements, got ${data.length}`,
    );
  }
}

/** Throws 'bad-feed' unless dtype and shape are those of `spec`. */
export function checkAgainst(program: string, role: string, spec: TensorSpec, tensor: HostTensor | DeviceTensor): void {
  if (tensor.dtype !== spec.dtype) {
    throw new RuntimeError('bad-feed', `${program}: ${role} "${spec.name}" is ${tensor.dtype}, expected ${spec.dtype}`);
  }
  const { shape } = tensor;
  let equal = shape.length === spec.shape.length;
  for (let axis = 0; equal && axis < shape.length; axis++) equal = shape[axis] === spec.shape[axis];
  if (!equal) {
    throw new RuntimeError(
      'bad-feed',
      `${program}: ${role} "${spec.name}" has shape [${shape}], expected [${spec.shape}]`,
    );
  }
}

/** Throws 'bad-feed' naming the first key of `given` that is not in `specs`. */
export function checkNoSurplus(
  program: string,
  role: string,
  specs: ReadonlyMap<string, TensorSpec>,
  given: object,
): void {
  for (const name in given) {
    if (!specs.has(name))
      throw new RuntimeError('bad-feed', `${program}: ${role} "${name}" does not exist in this program`);
  }
}

/** Throws 'compile' unless the session's inputs and outputs are those promised in `options`. */
export function checkSession(session: Session, options: CompileOptions): void {
  checkSide(options.name, 'input', session.inputMetadata, options.inputs);
  checkSide(options.name, 'output', session.outputMetadata, options.outputs);
}

function checkSide(
  program: string,
  role: string,
  actual: readonly InferenceSession.ValueMetadata[],
  promised: readonly TensorSpec[],
): void {
  const fail = (what: string): never => {
    throw new RuntimeError('compile', `${program}: ${what}`);
  };
  const byName = new Map(actual.map((value) => [value.name, value]));
  if (byName.size !== promised.length) {
    fail(`the model has ${role}s [${[...byName.keys()]}], the options name [${promised.map((spec) => spec.name)}]`);
  }
  for (const spec of promised) {
    const value = byName.get(spec.name);
    if (!value?.isTensor) return fail(`the model has no ${role} "${spec.name}"`);
    if (value.type !== spec.dtype)
      fail(`${role} "${spec.name}" is ${value.type} in the model, ${spec.dtype} in the options`);
    // A symbolic dimension fits any size; outputs of some operators carry no shape at all.
    const fits =
      value.shape.length === spec.shape.length &&
      value.shape.every((size, axis) => typeof size === 'string' || size === spec.shape[axis]);
    if (!fits && (role === 'input' || value.shape.length > 0)) {
      fail(`${role} "${spec.name}" has shape [${value.shape}] in the model, [${spec.shape}] in the options`);
    }
    if (elementCount(spec.shape) === 0) fail(`${role} "${spec.name}" has no elements; empty tensors are not supported`);
  }
}
