/** @file Hand-made ONNX models for the tests of this folder, independent of the graph compiler. */

import protobuf from 'protobufjs';
import type { CompileOptions, DataType, TensorSpec } from '../../src/engine/runtime/runtime.ts';

export interface FixtureNode {
  readonly op: string;
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}

export interface Fixture extends CompileOptions {
  readonly nodes: readonly FixtureNode[];
}

const ONNX_TYPE: Record<DataType, number> = {
  float32: 1,
  uint8: 2,
  int32: 6,
  int64: 7,
  bool: 9,
  float16: 10,
  float64: 11,
};

/** Bytes of a ModelProto (onnx.proto3 field numbers) with IR version 10 and opset 21. */
export function encodeModel({ name, nodes, inputs, outputs }: Fixture): Uint8Array {
  const model = protobuf.Writer.create();
  model.uint32(tag(1, 0)).int64(10);
  model.uint32(tag(7, 2)).fork();
  for (const node of nodes) {
    model.uint32(tag(1, 2)).fork();
    for (const input of node.inputs) model.uint32(tag(1, 2)).string(input);
    for (const output of node.outputs) model.uint32(tag(2, 2)).string(output);
    model.uint32(tag(4, 2)).string(node.op).ldelim();
  }
  model.uint32(tag(2, 2)).string(name);
  for (const spec of inputs) encodeValue(model, 11, spec);
  for (const spec of outputs) encodeValue(model, 12, spec);
  model.ldelim();
  model.uint32(tag(8, 2)).fork().uint32(tag(2, 0)).int64(21).ldelim();
  return model.finish();
}

function encodeValue(model: protobuf.Writer, field: number, { name, dtype, shape, varies }: TensorSpec): void {
  model.uint32(tag(field, 2)).fork().uint32(tag(1, 2)).string(name);
  model.uint32(tag(2, 2)).fork().uint32(tag(1, 2)).fork().uint32(tag(1, 0)).int32(ONNX_TYPE[dtype]);
  model.uint32(tag(2, 2)).fork();
  shape.forEach((size, axis) => {
    model.uint32(tag(1, 2)).fork();
    if (varies && axis === 0) model.uint32(tag(2, 2)).string(varies).ldelim();
    else model.uint32(tag(1, 0)).int64(size).ldelim();
  });
  model.ldelim().ldelim().ldelim().ldelim();
}

function tag(field: number, wireType: number): number {
  return (field << 3) | wireType;
}

const f32 = (name: string, ...shape: number[]): TensorSpec => ({ name, dtype: 'float32', shape });
const node = (op: string, inputs: string, outputs: string): FixtureNode => ({
  op,
  inputs: inputs.split(' '),
  outputs: outputs.split(' '),
});

/** y = x w + b; x [2,3], w [3,2], b [2]. */
export const AFFINE: Fixture = {
  name: 'affine',
  inputs: [f32('x', 2, 3), f32('w', 3, 2), f32('b', 2)],
  outputs: [f32('y', 2, 2)],
  nodes: [node('MatMul', 'x w', 'xw'), node('Add', 'xw b', 'y')],
};

/** The same for 1 to 4 rows of x and y. */
export const AFFINE_ROWS: Fixture = {
  ...AFFINE,
  name: 'affine-rows',
  inputs: [f32('w', 3, 2), { ...f32('x', 4, 3), varies: 'rows' }, f32('b', 2)],
  outputs: [{ ...f32('y', 4, 2), varies: 'rows' }],
};

/** s' = s + d, and t = s * s' reads s again after s' exists; all [4]. */
export const STEP: Fixture = {
  name: 'step',
  inputs: [f32('s', 4), f32('d', 4)],
  outputs: [f32('s_next', 4), f32('t', 4)],
  nodes: [node('Add', 's d', 's_next'), node('Mul', 's s_next', 't')],
};

/** s' = d - s; no node both reads s and writes s', so both may share memory; all [4]. */
export const FLIP: Fixture = {
  name: 'flip',
  inputs: [f32('s', 4), f32('d', 4)],
  outputs: [f32('s_next', 4)],
  nodes: [node('Neg', 's', 'n'), node('Add', 'n d', 's_next')],
};

/** One Identity for `dtype`, 5 elements. */
export function identityOf(dtype: DataType): Fixture {
  return {
    name: `identity-${dtype}`,
    inputs: [{ name: 'x', dtype, shape: [5] }],
    outputs: [{ name: 'y', dtype, shape: [5] }],
    nodes: [node('Identity', 'x', 'y')],
  };
}
