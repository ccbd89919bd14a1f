/**
 * @file Compiles each operator of the graph language to ONNX (opset 21 and com.microsoft), all with WebGPU kernels.
 */
import {
  type ConstantData,
  isOp,
  type Node,
  type Op,
  type QuantizedAttributes,
  type ReduceAttributes,
  type Value,
} from '../graph/index.ts';
import { type ModelBuilder, elementTypes } from './builder.ts';
import { einsumAsMatmul } from './einsum.ts';
import { denseBlocks } from './quantized.ts';

interface Names {
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
}
type Emit<O extends Op> = (builder: ModelBuilder, node: Node<O>, names: Names) => void;

const microsoft = { domain: 'com.microsoft' };

/** Operators that are one ONNX node of the given type without attributes. */
const simple =
  <O extends Op>(type: string): Emit<O> =>
  (builder, _node, { inputs, outputs }) =>
    builder.node(type, inputs, outputs);

const reduce =
  <O extends Op>(type: string): Emit<O> =>
  (builder, node, { inputs, outputs }) => {
    const { axes, keepDims } = node.attributes as ReduceAttributes;
    builder.node(type, [...inputs, builder.int64s(axes)], outputs, { attributes: { keepdims: keepDims ? 1 : 0 } });
  };

const output = (names: Names): string => names.outputs[0] as string;

/** float64 has no fused kernels; written as x / (1 + exp(-x)), because the runtime would fuse x * sigmoid(x). */
function siluParts(builder: ModelBuilder, names: Names): void {
  const at = output(names);
  const [x] = names.inputs as [string];
  const decay = builder.part('Exp', [builder.part('Neg', [x], at)], at);
  const one = builder.constant(Float64Array.of(1), [], 'float');
  builder.node('Div', [x, builder.part('Add', [one, decay], at)], names.outputs);
}

/** The CPU has no float64 kernel: max(x, 0) + log(1 + exp(-|x|)). */
function softplusParts(builder: ModelBuilder, names: Names): void {
  const at = output(names);
  const [x] = names.inputs as [string];
  const decay = builder.part('Exp', [builder.part('Neg', [builder.part('Abs', [x], at)], at)], at);
  const one = builder.constant(Float64Array.of(1), [], 'float');
  const rest = builder.part('Log', [builder.part('Add', [one, decay], at)], at);
  builder.node('Add', [builder.part('Relu', [x], at), rest], names.outputs);
}

function rmsNormParts(builder: ModelBuilder, node: Node<'rmsNorm'>, names: Names): void {
  const [x, weight] = names.inputs as [string, string];
  const at = output(names);
  const squares = builder.part('Mul', [x, x], at);
  const mean = builder.part('ReduceMean', [squares, builder.int64s([-1])], at, { attributes: { keepdims: 1 } });
  const epsilon = builder.constant(Float64Array.of(node.attributes.epsilon), [], 'float');
  const root = builder.part('Sqrt', [builder.part('Add', [mean, epsilon], at)], at);
  builder.node('Mul', [builder.part('Div', [x, root], at), weight], names.outputs);
}

function denseWeight(builder: ModelBuilder, blocks: readonly Value[], q: QuantizedAttributes): string {
  return builder.constant(denseBlocks(blocks[0] as Value, blocks[1] as Value, q), [q.outDim, q.inDim], 'float');
}

function matmulNBits(builder: ModelBuilder, node: Node<'matmulNBits'>, names: Names): void {
  const q = node.attributes;
  if (builder.precision === 'float64') {
    const dense = denseWeight(builder, node.inputs.slice(1), q);
    const transposed = builder.part('Transpose', [dense], output(names), { attributes: { perm: [1, 0] } });
    builder.node('MatMul', [names.inputs[0] as string, transposed], names.outputs);
    return;
  }
  const attributes = { K: q.inDim, N: q.outDim, bits: q.bits, block_size: q.blockSize };
  builder.node('MatMulNBits', names.inputs, names.outputs, { ...microsoft, attributes });
}

/**
 * Weights fed as inputs keep their packed bytes: gathering all rows unpacks them, with the zero points of MatMulNBits.
 */
function dequantizeFed(builder: ModelBuilder, q: QuantizedAttributes, names: Names): void {
  const at = output(names);
  const [packed, scales] = names.inputs as [string, string];
  const blocks = q.inDim / q.blockSize;
  const rows = builder.constant(
    Int32Array.from({ length: q.outDim }, (_, i) => i),
    [q.outDim],
    'int',
  );
  const perBlock = builder.part('Reshape', [scales, builder.int64s([q.outDim, blocks, 1])], at);
  const attributes = { bits: q.bits, block_size: q.blockSize, gather_axis: 0, quantize_axis: 2 };
  const unpacked = builder.part('GatherBlockQuantized', [packed, rows, perBlock], at, { ...microsoft, attributes });
  builder.node('Reshape', [unpacked, builder.int64s([q.outDim, q.inDim])], names.outputs);
}

/** Blocked DequantizeLinear needs typed 4-bit tensors and a zero point for every block. */
function dequantize(builder: ModelBuilder, node: Node<'dequantize'>, names: Names): void {
  const q = node.attributes;
  const [packed, scales] = node.inputs as [Value, Value];
  if (builder.precision === 'float64') {
    builder.node('Identity', [denseWeight(builder, node.inputs, q)], names.outputs);
    return;
  }
  if (packed.node.op !== 'constant') return dequantizeFed(builder, q, names);
  const type = q.bits === 4 ? elementTypes.uint4 : elementTypes.uint8;
  const blocks = q.inDim / q.blockSize;
  const raw = (packed.node as Node<'constant'>).attributes.data as ConstantData;
  const weight = builder.initializer(Uint8Array.from(raw), [q.outDim, q.inDim], type);
  const zeros = new Uint8Array(Math.ceil((q.outDim * blocks * q.bits) / 8)).fill(q.bits === 4 ? 0x88 : 128);
  const zeroPoint = builder.initializer(zeros, [q.outDim, blocks], type);
  const scale = builder.constant((scales.node as Node<'constant'>).attributes.data, [q.outDim, blocks], 'float');
  builder.node('DequantizeLinear', [weight, scale, zeroPoint], names.outputs, {
    attributes: { axis: 1, block_size: q.blockSize },
  });
}

/** Epsilon beside which the mean square of any activation vanishes; its root is a power of two, so nothing is rounded. */
const NO_NORM = 2 ** 80;

/** GatedRMSNorm gives x scale silu(gate) / sqrt(mean(x^2) + epsilon); the scale undoes the root of the epsilon. */
function siluGate(builder: ModelBuilder, node: Node<'siluGate'>, names: Names): void {
  const [x, gate] = names.inputs as [string, string];
  if (builder.precision === 'float64') {
    const at = output(names);
    const silu = builder.name(at);
    siluParts(builder, { inputs: [gate], outputs: [silu] });
    return builder.node('Mul', [x, silu], names.outputs);
  }
  const width = node.outputs[0]?.shape.at(-1) as number;
  const scale = builder.constant(new Float32Array(width).fill(Math.sqrt(NO_NORM)), [width], 'float');
  const attributes = { epsilon: { float: NO_NORM } };
  builder.node('GatedRMSNorm', [x, scale, gate], names.outputs, { ...microsoft, attributes });
}

function groupQueryAttention(builder: ModelBuilder, node: Node<'groupQueryAttention'>, names: Names): void {
  const { heads, kvHeads, capacity, interleaved } = node.attributes;
  const [qkv, keys, values, position, cosines, sines] = names.inputs as [
    string,
    string,
    string,
    string,
    string,
    string,
  ];
  // A constant: if fed from the GPU it would be read back at every run.
  const total = builder.constant(Int32Array.of(capacity), [], 'int');
  const attributes = { num_heads: heads, kv_num_heads: kvHeads, do_rotary: 1, rotary_interleaved: interleaved ? 1 : 0 };
  builder.node('GroupQueryAttention', [qkv, '', '', keys, values, position, total, cosines, sines], names.outputs, {
    ...microsoft,
    attributes,
  });
}

/** Positions as the kernels take them: int64, constant where the graph's are. */
function int64Positions(builder: ModelBuilder, positions: Value, name: string, at: string): string {
  if (isOp(positions.node, 'constant'))
    return builder.int64s(Array.from(positions.node.attributes.data), positions.shape);
  return builder.once('Cast', [name], at, { attributes: { to: elementTypes.int64 } });
}

/** float64 has no kernel: pairs (x, y) become (x cos - y sin, x sin + y cos). */
function rotaryParts(builder: ModelBuilder, node: Node<'rotary'>, names: Names): void {
  const at = output(names);
  const [x, positions, cosines, sines] = names.inputs as [string, string, string, string];
  const [{ shape }, { shape: given }, { shape: table }] = node.inputs as [Value, Value, Value];
  const [length, half] = [shape[1] as number, table[1] as number];
  const headCount = (shape[2] as number) / (2 * half);
  const { interleaved } = node.attributes;
  const pairs = interleaved ? [-1, length, headCount, half, 2] : [-1, length, headCount, 2, half];
  const axis = interleaved ? 4 : 3;
  const heads = builder.part('Reshape', [x, builder.int64s(pairs)], at);
  const index = (i: number) => builder.constant(Int32Array.of(i), [1], 'int');
  const side = (i: number) => builder.part('Gather', [heads, index(i)], at, { attributes: { axis } });
  const apart = interleaved ? [-1, length, 1, half, 1] : [-1, length, 1, 1, half];
  const counted = builder.constant(
    Int32Array.from({ length }, (_, i) => i),
    [length],
    'int',
  );
  const all = given.length === 1 ? builder.part('Add', [positions, counted], at) : positions;
  const turn = (name: string) =>
    builder.part('Reshape', [builder.part('Gather', [name, all], at), builder.int64s(apart)], at);
  const [first, second, cosine, sine] = [side(0), side(1), turn(cosines), turn(sines)];
  const product = (a: string, b: string) => builder.part('Mul', [a, b], at);
  const turned = [
    builder.part('Sub', [product(first, cosine), product(second, sine)], at),
    builder.part('Add', [product(first, sine), product(second, cosine)], at),
  ];
  const joined = builder.part('Concat', turned, at, { attributes: { axis } });
  builder.node('Reshape', [joined, builder.int64s([-1, ...shape.slice(1)])], names.outputs);
}

function rotary(builder: ModelBuilder, node: Node<'rotary'>, names: Names): void {
  if (builder.precision === 'float64') return rotaryParts(builder, node, names);
  const [x, positions, ...tables] = names.inputs as [string, string, string, string];
  const [{ shape }, ids, { shape: table }] = node.inputs as [Value, Value, Value];
  const attributes = {
    interleaved: node.attributes.interleaved ? 1 : 0,
    num_heads: (shape[2] as number) / (2 * (table[1] as number)),
  };
  const at = int64Positions(builder, ids, positions, output(names));
  builder.node('RotaryEmbedding', [x, at, ...tables], names.outputs, { ...microsoft, attributes });
}

/**
 * The shape of a reshape. The first size is left to the runtime, so that a run may have fewer rows; the size of blocks
 * of rows comes from the input that has it.
 */
function runShape(builder: ModelBuilder, node: Node<'reshape'>): string {
  const [first, second, ...rest] = node.attributes.shape;
  if (first === undefined) return builder.int64s([]);
  if (second === undefined) return builder.int64s([-1]);
  const { block } = builder;
  const isParted = node.inputs[0]?.shape[0] === block?.rows && first * second === block?.rows;
  if (!isParted || second !== block?.size) return builder.int64s([-1, second, ...rest]);
  const size = builder.once('Shape', [block.input], block.input, { attributes: { start: 0, end: 1 } });
  const sizes = [builder.int64s([-1]), size, ...(rest.length > 0 ? [builder.int64s(rest)] : [])];
  return builder.once('Concat', sizes, block.input, { attributes: { axis: 0 } });
}

/** The table from graph operators to ONNX. `input`, `constant` and `stopGradient` make no node. */
export const emitters: { readonly [O in Exclude<Op, 'input' | 'constant' | 'stopGradient'>]: Emit<O> } = {
  neg: simple('Neg'),
  exp: simple('Exp'),
  log: simple('Log'),
  sqrt: simple('Sqrt'),
  reciprocal: simple('Reciprocal'),
  sigmoid: simple('Sigmoid'),
  tanh: simple('Tanh'),
  abs: simple('Abs'),
  erf: simple('Erf'),
  sin: simple('Sin'),
  cos: simple('Cos'),
  relu: simple('Relu'),
  softplus: (builder, _node, names) =>
    builder.precision === 'float64'
      ? softplusParts(builder, names)
      : builder.node('Softplus', names.inputs, names.outputs),
  silu: (builder, _node, names) => {
    if (builder.precision === 'float64') return siluParts(builder, names);
    builder.node('QuickGelu', names.inputs, names.outputs, { ...microsoft, attributes: { alpha: { float: 1 } } });
  },
  floor: simple('Floor'),
  add: simple('Add'),
  sub: simple('Sub'),
  mul: simple('Mul'),
  div: simple('Div'),
  min: simple('Min'),
  max: simple('Max'),
  equal: simple('Equal'),
  less: simple('Less'),
  greater: simple('Greater'),
  lessOrEqual: simple('LessOrEqual'),
  greaterOrEqual: simple('GreaterOrEqual'),
  and: simple('And'),
  not: simple('Not'),
  where: simple('Where'),
  cast: (builder, node, { inputs, outputs }) =>
    builder.node('Cast', inputs, outputs, { attributes: { to: elementTypes[builder.dataType(node.attributes.to)] } }),
  reduceSum: reduce('ReduceSum'),
  reduceMean: reduce('ReduceMean'),
  reduceMax: reduce('ReduceMax'),
  reduceMin: reduce('ReduceMin'),
  reduceLogSumExp: reduce('ReduceLogSumExp'),
  argMax: (builder, _node, { inputs, outputs }) =>
    builder.node('ArgMax', inputs, outputs, { attributes: { axis: -1, keepdims: 1, select_last_index: 0 } }),
  softmax: (builder, node, { inputs, outputs }) =>
    builder.node('Softmax', inputs, outputs, { attributes: { axis: node.attributes.axis } }),
  cumSum: (builder, node, { inputs, outputs }) => {
    const { axis, reverse } = node.attributes;
    builder.node('CumSum', [...inputs, builder.int64s([axis], [])], outputs, {
      attributes: { reverse: reverse ? 1 : 0 },
    });
  },
  reshape: (builder, node, { inputs, outputs }) =>
    builder.node('Reshape', [...inputs, runShape(builder, node)], outputs),
  transpose: (builder, node, { inputs, outputs }) =>
    builder.node('Transpose', inputs, outputs, { attributes: { perm: node.attributes.permutation } }),
  // A size of 1 keeps the input's own.
  expand: (builder, node, { inputs, outputs }) => {
    const { shape } = node.attributes;
    const before = (node.inputs[0] as Value).shape;
    const sizes = shape.map((size, axis) => (before[axis - shape.length + before.length] === size ? 1 : size));
    builder.node('Expand', [...inputs, builder.int64s(sizes)], outputs);
  },
  concat: (builder, node, { inputs, outputs }) =>
    builder.node('Concat', inputs, outputs, { attributes: { axis: node.attributes.axis } }),
  slice: (builder, node, { inputs, outputs }) => {
    const { axis, start, end } = node.attributes;
    if (node.outputs[0]?.dtype === 'int') {
      // The GPU slices floats only; rows of integers are gathered.
      const rows = builder.constant(
        Int32Array.from({ length: end - start }, (_, i) => start + i),
        [end - start],
        'int',
      );
      return builder.node('Gather', [...inputs, rows], outputs, { attributes: { axis } });
    }
    builder.node('Slice', [...inputs, builder.int64s([start]), builder.int64s([end]), builder.int64s([axis])], outputs);
  },
  pad: (builder, node, { inputs, outputs }) => {
    const { axis, before, after } = node.attributes;
    const rank = (node.inputs[0] as Value).shape.length;
    const pads = Array.from({ length: 2 * rank }, (_, i) => (i === axis ? before : i === rank + axis ? after : 0));
    builder.node('Pad', [...inputs, builder.int64s(pads)], outputs);
  },
  gather: simple('Gather'),
  gatherElements: (builder, _node, { inputs, outputs }) =>
    builder.node('GatherElements', inputs, outputs, { attributes: { axis: -1 } }),
  matmul: simple('MatMul'),
  einsum: (builder, node, names) => {
    const { equation, kernel } = node.attributes;
    const inputs = names.inputs as [string, string];
    if (kernel === 'matmul' && builder.precision === 'float32')
      return einsumAsMatmul(builder, node, inputs, output(names));
    builder.node('Einsum', inputs, names.outputs, { attributes: { equation } });
  },
  rotary,
  matmulNBits,
  dequantize,
  rmsNorm: (builder, node, names) => {
    if (builder.precision === 'float64') return rmsNormParts(builder, node, names);
    const attributes = { axis: -1, epsilon: { float: node.attributes.epsilon }, stash_type: 1 };
    builder.node('SimplifiedLayerNormalization', names.inputs, names.outputs, { attributes });
  },
  skipRmsNorm: (builder, node, { inputs, outputs }) => {
    const [normed, sum] = outputs as [string, string];
    const attributes = { epsilon: { float: node.attributes.epsilon } };
    builder.node('SkipSimplifiedLayerNormalization', inputs, [normed, '', '', sum], { ...microsoft, attributes });
  },
  siluGate,
  groupQueryAttention,
};
