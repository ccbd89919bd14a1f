/** @file Reads each ONNX node that `emit.ts` writes as an operator of the graph language. */
import * as g from '../../src/engine/graph/index.ts';
import { elementTypes } from '../../src/engine/onnx/builder.ts';
import type { emitters } from '../../src/engine/onnx/emit.ts';
import { graphType, type NodeReader } from './reader.ts';

/** The ONNX type of an operator, and the values of its outputs in their order. */
export interface OperatorImport {
  readonly type: string;
  readonly domain: '' | 'com.microsoft';
  readonly read: (node: NodeReader) => readonly g.Value[];
}

const entry = (type: string, read: (node: NodeReader) => g.Value): OperatorImport => ({
  type,
  domain: '',
  read: (node) => [read(node)],
});
const unary = (type: string, make: (x: g.Value) => g.Value): OperatorImport =>
  entry(type, (node) => make(node.arity(1).value(0)));
const binary = (type: string, make: (a: g.Value, b: g.Value) => g.Value): OperatorImport =>
  entry(type, (node) => make(node.arity(2).value(0), node.value(1)));
const reduction = (type: string, make: (x: g.Value, options: g.ReduceOptions) => g.Value): OperatorImport =>
  entry(type, (node) => make(node.arity(2).value(0), { axes: node.int64s(1), keepDims: node.flag('keepdims') }));

function bitsOf(node: NodeReader, bits: number): 4 | 8 {
  return bits === 4 || bits === 8 ? bits : node.fail(`blocks of ${bits} bits are not known`);
}

function readMatmulNBits(node: NodeReader): g.Value {
  const attributes = {
    inDim: node.int('K'),
    outDim: node.int('N'),
    bits: bitsOf(node, node.int('bits')),
    blockSize: node.int('block_size'),
  };
  const [x, packed, scales] = node.arity(3).values(3) as [g.Value, g.Value, g.Value];
  return g.matmulNBits(x, packed, scales, attributes);
}

/** The weight is a typed 4- or 8-bit tensor with the bytes of the packed blocks. */
function readDequantize(node: NodeReader): g.Value {
  const weight = node.arity(3).initializer(0);
  const bits = bitsOf(
    node,
    weight.elementType === elementTypes.uint4 ? 4 : weight.elementType === elementTypes.uint8 ? 8 : 0,
  );
  node.only('axis', 1);
  const blockSize = node.int('block_size');
  if (node.initializer(2).raw.some((byte) => byte !== (bits === 4 ? 0x88 : 128)))
    node.fail('only symmetric blocks can be read');
  const [outDim, inDim] = weight.shape as [number, number];
  const packed = g.constant(weight.raw, [outDim, inDim / blockSize, (blockSize * bits) / 8], 'uint8');
  return g.dequantize(packed, node.value(1), { bits, blockSize, inDim, outDim });
}

/** Rows of blocks; the scales [outDim, blocks] were reshaped to one for each block. */
function readDequantizedRows(node: NodeReader): g.Value {
  const [packed, rows, perBlock] = node.arity(3).values(3) as [g.Value, g.Value, g.Value];
  const [outDim, blocks] = packed.shape as [number, number];
  const [bits, blockSize] = [bitsOf(node, node.int('bits')), node.int('block_size')];
  node.only('gather_axis', 0);
  node.only('quantize_axis', 2);
  const attributes = { bits, blockSize, inDim: blocks * blockSize, outDim };
  return g.reshape(g.dequantize(packed, perBlock.node.inputs[0] as g.Value, attributes, rows), [-1, blocks, blockSize]);
}

/** alpha A B + C of matrices, A or B transposed: compiled from those operators. */
function readGemm(node: NodeReader): g.Value {
  const factor = (i: number, name: string): g.Value =>
    node.has(name) && node.flag(name) ? g.transpose(node.value(i)) : node.value(i);
  const product = g.matmul(factor(0, 'transA'), factor(1, 'transB'));
  const scaled = node.has('alpha') ? g.mul(product, node.float('alpha')) : product;
  return node.inputs.length === 3 ? g.add(scaled, node.value(2)) : scaled;
}

function readFusedMatMul(node: NodeReader): g.Value {
  const factor = (i: number, name: string): g.Value => (node.flag(name) ? g.transpose(node.value(i)) : node.value(i));
  return g.matmul(factor(0, 'transA'), factor(1, 'transB'));
}

function readSplit(node: NodeReader): g.Value[] {
  const whole = node.arity(2).value(0);
  const axis = node.int('axis');
  let start = 0;
  return node.int64s(1).map((size) => g.slice(whole, axis, start, (start += size)));
}

function readRotary(node: NodeReader): g.Value {
  const [x, positions] = [node.arity(4).value(0), node.positions(1)];
  const rotary = { cosines: node.value(2), sines: node.value(3) };
  node.only('num_heads', (x.shape[2] as number) / (2 * (rotary.cosines.shape[1] as number)));
  return g.rotary(x, positions, rotary, node.flag('interleaved'));
}

function readPad(node: NodeReader): g.Value {
  const x = node.arity(2).value(0);
  const pads = node.int64s(1);
  const rank = x.shape.length;
  if (pads.length !== 2 * rank) node.fail(`${pads.length} sizes for ${rank} axes`);
  return x.shape.reduce((padded, _, axis) => g.pad(padded, axis, pads[axis] as number, pads[rank + axis] as number), x);
}

/** A size of 1 keeps the input's own. */
function readExpand(node: NodeReader): g.Value {
  const x = node.arity(2).value(0);
  const shape = node.int64s(1);
  return g.expand(
    x,
    shape.map((size, axis) => (size === 1 ? (x.shape[axis - shape.length + x.shape.length] ?? 1) : size)),
  );
}

function readSlice(node: NodeReader): g.Value {
  const [starts, ends, axes] = [1, 2, 3].map((i) => node.arity(4).int64s(i)) as [number[], number[], number[]];
  if (axes.length !== 1 || starts.length !== 1 || ends.length !== 1) node.fail('one axis at a time can be read');
  return g.slice(node.value(0), axes[0] as number, starts[0] as number, ends[0] as number);
}

/** A gather of consecutive indices along an axis was compiled from a slice. */
function readGather(node: NodeReader): g.Value {
  const [table, indices] = node.arity(2).values(2) as [g.Value, g.Value];
  if (!node.has('axis')) return g.gather(table, indices);
  const axis = node.int('axis');
  const rows = node.constantInts(1);
  const start = rows[0] as number;
  if (rows.some((row, i) => row !== start + i)) node.fail('along an axis only neighbours in their order can be read');
  return g.slice(table, axis, start, start + rows.length);
}

function readRmsNorm(node: NodeReader): g.Value {
  node.only('axis', -1);
  node.only('stash_type', 1);
  return g.rmsNorm(node.arity(2).value(0), node.value(1), node.float('epsilon'));
}

function readSkipRmsNorm(node: NodeReader): g.Value[] {
  const [x, skip, weight] = node.arity(3).values(3) as [g.Value, g.Value, g.Value];
  const { normed, sum } = g.skipRmsNorm(x, skip, weight, node.float('epsilon'));
  return [normed, sum];
}

/** With an epsilon beside which no mean square counts, the gated norm only gates. */
function readSiluGate(node: NodeReader): g.Value[] {
  const [x, , gate] = node.arity(3).values(3) as [g.Value, g.Value, g.Value];
  node.only('epsilon', 2 ** 80, (name) => node.float(name));
  return [g.siluGate(x, gate)];
}

function readAttention(node: NodeReader): g.Value[] {
  node.arity(9).only('do_rotary', 1);
  const attributes = {
    heads: node.int('num_heads'),
    kvHeads: node.int('kv_num_heads'),
    capacity: node.constantInts(6)[0] as number,
    interleaved: node.flag('rotary_interleaved'),
  };
  if (node.inputs[1] || node.inputs[2]) node.fail('queries, keys and values must be packed');
  const [qkv, keys, values, position, cosines, sines] = [0, 3, 4, 5, 7, 8].map((i) => node.value(i)) as [
    g.Value,
    g.Value,
    g.Value,
    g.Value,
    g.Value,
    g.Value,
  ];
  const { attended, keyCache, valueCache } = g.groupQueryAttention(
    qkv,
    keys,
    values,
    position,
    { cosines, sines },
    attributes,
  );
  return [attended, keyCache, valueCache];
}

/** Nodes that compiling makes of several operators. */
export const fusedImports: readonly OperatorImport[] = [
  entry('Gemm', readGemm),
  { ...entry('FusedMatMul', readFusedMatMul), domain: 'com.microsoft' },
  { type: 'Split', domain: '', read: readSplit },
  { ...entry('GatherBlockQuantized', readDequantizedRows), domain: 'com.microsoft' },
];

/** The inverse of `emitters`, total over the same operators. */
export const operatorImports: { readonly [O in keyof typeof emitters]: OperatorImport } = {
  neg: unary('Neg', g.neg),
  exp: unary('Exp', g.exp),
  log: unary('Log', g.log),
  sqrt: unary('Sqrt', g.sqrt),
  reciprocal: unary('Reciprocal', g.reciprocal),
  sigmoid: unary('Sigmoid', g.sigmoid),
  tanh: unary('Tanh', g.tanh),
  abs: unary('Abs', g.abs),
  erf: unary('Erf', g.erf),
  sin: unary('Sin', g.sin),
  cos: unary('Cos', g.cos),
  relu: unary('Relu', g.relu),
  softplus: unary('Softplus', g.softplus),
  silu: {
    type: 'QuickGelu',
    domain: 'com.microsoft',
    read: (node) => {
      node.only('alpha', 1, (name) => node.float(name));
      return [g.silu(node.arity(1).value(0))];
    },
  },
  floor: unary('Floor', g.floor),
  add: binary('Add', g.add),
  sub: binary('Sub', g.sub),
  mul: binary('Mul', g.mul),
  div: binary('Div', g.div),
  min: binary('Min', g.min),
  max: binary('Max', g.max),
  equal: binary('Equal', g.equal),
  less: binary('Less', g.less),
  greater: binary('Greater', g.greater),
  lessOrEqual: binary('LessOrEqual', g.lessOrEqual),
  greaterOrEqual: binary('GreaterOrEqual', g.greaterOrEqual),
  and: binary('And', g.and),
  not: unary('Not', g.not),
  where: entry('Where', (node) => g.where(node.arity(3).value(0), node.value(1), node.value(2))),
  cast: entry('Cast', (node) => {
    const [x, to] = [node.arity(1).value(0), node.int('to')];
    // Only positions become int64, which the graph language lacks.
    return to === elementTypes.int64 && x.dtype === 'int' ? x : g.cast(x, graphType(to, 'Cast'));
  }),
  reduceSum: reduction('ReduceSum', g.reduceSum),
  reduceMean: reduction('ReduceMean', g.reduceMean),
  reduceMax: reduction('ReduceMax', g.reduceMax),
  reduceMin: reduction('ReduceMin', g.reduceMin),
  reduceLogSumExp: reduction('ReduceLogSumExp', g.reduceLogSumExp),
  argMax: entry('ArgMax', (node) => {
    for (const [name, value] of [
      ['axis', -1],
      ['keepdims', 1],
      ['select_last_index', 0],
    ] as const)
      node.only(name, value);
    return g.argMax(node.arity(1).value(0));
  }),
  softmax: entry('Softmax', (node) => g.softmax(node.arity(1).value(0), node.int('axis'))),
  cumSum: entry('CumSum', (node) =>
    g.cumSum(node.arity(2).value(0), node.int64s(1)[0] as number, node.flag('reverse')),
  ),
  reshape: entry('Reshape', (node) => g.reshape(node.arity(2).value(0), node.int64s(1))),
  transpose: entry('Transpose', (node) => g.transpose(node.arity(1).value(0), node.ints('perm'))),
  expand: entry('Expand', readExpand),
  concat: entry('Concat', (node) => g.concat(node.values(node.inputs.length), node.int('axis'))),
  slice: entry('Slice', readSlice),
  pad: entry('Pad', readPad),
  gather: entry('Gather', readGather),
  gatherElements: entry('GatherElements', (node) => {
    node.only('axis', -1);
    return g.gatherElements(node.arity(2).value(0), node.value(1));
  }),
  matmul: binary('MatMul', g.matmul),
  einsum: entry('Einsum', (node) => g.einsum(node.text('equation'), node.arity(2).value(0), node.value(1))),
  rotary: { ...entry('RotaryEmbedding', readRotary), domain: 'com.microsoft' },
  matmulNBits: { ...entry('MatMulNBits', readMatmulNBits), domain: 'com.microsoft' },
  dequantize: entry('DequantizeLinear', readDequantize),
  rmsNorm: entry('SimplifiedLayerNormalization', readRmsNorm),
  skipRmsNorm: { type: 'SkipSimplifiedLayerNormalization', domain: 'com.microsoft', read: readSkipRmsNorm },
  siluGate: { type: 'GatedRMSNorm', domain: 'com.microsoft', read: readSiluGate },
  groupQueryAttention: { type: 'GroupQueryAttention', domain: 'com.microsoft', read: readAttention },
};
