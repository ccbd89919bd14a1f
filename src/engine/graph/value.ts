/**
 * @file Symbolic values with static shapes: the immutable nodes of a graph, made by the operators of this folder.
 */

/**
 * `float` is compiled to float32 or, for checks, to float64; `int` to int32. `int64` is the type of `argMax`, which the
 * GPU can neither compare nor cast. `half` has 16 bits and is for keeping numbers: it is cast to `float` to compute.
 */
export type DType = 'float' | 'half' | 'int' | 'int64' | 'bool' | 'uint8';
export type Shape = readonly number[];

/** Attributes of each operator, beside its inputs. The keys of this table are the complete list of operators. */
export interface OpAttributes {
  input: { readonly name: string };
  constant: { readonly data: ConstantData };
  stopGradient: object;
  neg: object;
  exp: object;
  log: object;
  sqrt: object;
  reciprocal: object;
  sigmoid: object;
  tanh: object;
  abs: object;
  erf: object;
  sin: object;
  cos: object;
  relu: object;
  softplus: object;
  silu: object;
  floor: object;
  add: object;
  sub: object;
  mul: object;
  div: object;
  min: object;
  max: object;
  equal: object;
  less: object;
  greater: object;
  lessOrEqual: object;
  greaterOrEqual: object;
  and: object;
  not: object;
  where: object;
  cast: { readonly to: DType };
  reduceSum: ReduceAttributes;
  reduceMean: ReduceAttributes;
  reduceMax: ReduceAttributes;
  reduceMin: ReduceAttributes;
  reduceLogSumExp: ReduceAttributes;
  argMax: object;
  softmax: { readonly axis: number };
  cumSum: { readonly axis: number; readonly reverse: boolean };
  reshape: { readonly shape: Shape };
  transpose: { readonly permutation: readonly number[] };
  expand: { readonly shape: Shape };
  concat: { readonly axis: number };
  slice: { readonly axis: number; readonly start: number; readonly end: number };
  pad: { readonly axis: number; readonly before: number; readonly after: number };
  gather: object;
  gatherElements: object;
  matmul: object;
  einsum: { readonly equation: string; readonly kernel: EinsumKernel };
  rotary: { readonly interleaved: boolean };
  matmulNBits: QuantizedAttributes;
  dequantize: QuantizedAttributes;
  rmsNorm: { readonly epsilon: number };
  skipRmsNorm: { readonly epsilon: number };
  siluGate: object;
  groupQueryAttention: AttentionAttributes;
}

/** How a product of named axes is computed: by one kernel, or as matrix products, which are faster on a CPU. */
export type EinsumKernel = 'einsum' | 'matmul';

export type Op = keyof OpAttributes;

/** `axes` are non-negative. */
export interface ReduceAttributes {
  readonly axes: readonly number[];
  readonly keepDims: boolean;
}

/** A linear weight [inDim, outDim] stored as symmetric blocks of `blockSize` along the input dimension. */
export interface QuantizedAttributes {
  readonly bits: 4 | 8;
  readonly blockSize: number;
  readonly inDim: number;
  readonly outDim: number;
}

/** `capacity`: positions in the cache. `interleaved`: rotary pairs are neighbours instead of halves of a head. */
export interface AttentionAttributes {
  readonly heads: number;
  readonly kvHeads: number;
  readonly capacity: number;
  readonly interleaved: boolean;
}

export type ConstantData = Float64Array | Float32Array | Int32Array | Uint8Array;

/** One application of an operator. */
export interface Node<O extends Op = Op> {
  readonly op: O;
  readonly inputs: readonly Value[];
  readonly attributes: OpAttributes[O];
  /** The scope it was built in, for example `layers.0/attention`. */
  readonly scope: string;
  readonly outputs: Value[];
}

/** One output of a node: shape and type are known, numbers are not. */
export interface Value {
  readonly node: Node;
  readonly index: number;
  readonly shape: Shape;
  readonly dtype: DType;
}

/** A broken shape or type rule; the message names the operator, the shapes and the scope. */
export class GraphError extends Error {
  override readonly name = 'GraphError';
}

const scopes: string[] = [];

/** Runs `build` with `name` appended to the scope of every node it makes. */
export function scope<T>(name: string, build: () => T): T {
  scopes.push(name);
  try {
    return build();
  } finally {
    scopes.pop();
  }
}

const currentScope = () => scopes.join('/');

/** Throws a GraphError that names the operator, the input shapes and the scope. */
export function refuse(op: string, inputs: readonly Value[], reason: string): never {
  const shapes = inputs.map((v) => `${v.dtype}[${v.shape.join(',')}]`).join(', ');
  const place = currentScope();
  throw new GraphError(`${op}(${shapes}): ${reason}${place ? ` (in ${place})` : ''}`);
}

/** Makes a node with one output per entry of `outputs`. */
export function makeNode<O extends Op>(
  op: O,
  inputs: readonly Value[],
  attributes: OpAttributes[O],
  outputs: readonly { shape: Shape; dtype: DType }[],
): Value[] {
  const node: Node<O> = { op, inputs, attributes, scope: currentScope(), outputs: [] };
  outputs.forEach(({ shape, dtype }, index) => node.outputs.push({ node, index, shape, dtype }));
  return node.outputs;
}

export function make<O extends Op>(
  op: O,
  inputs: readonly Value[],
  attributes: OpAttributes[O],
  shape: Shape,
  dtype: DType,
): Value {
  return makeNode(op, inputs, attributes, [{ shape, dtype }])[0] as Value;
}

/** Narrows a node to one operator, so that its attributes are typed. */
export function isOp<O extends Op>(node: Node, op: O): node is Node<O> {
  return node.op === op;
}

/** Number of elements of a shape. */
export const sizeOf = (shape: Shape): number => shape.reduce((product, n) => product * n, 1);

/** A named leaf that is fed at run time. */
export function input(name: string, shape: Shape, dtype: DType = 'float'): Value {
  if (!shape.every((n) => Number.isInteger(n) && n > 0))
    throw new GraphError(`input ${name}: [${shape.join(',')}] is not a shape`);
  return make('input', [], { name }, shape, dtype);
}

/** A leaf whose numbers are part of the graph. */
export function constant(data: ConstantData | readonly number[], shape: Shape, dtype: DType = 'float'): Value {
  const array = ArrayBuffer.isView(data) ? data : dtype === 'int' ? Int32Array.from(data) : Float64Array.from(data);
  if (array.length !== sizeOf(shape)) {
    throw new GraphError(`constant: ${array.length} numbers do not fill [${shape.join(',')}]`);
  }
  return make('constant', [], { data: array }, shape, dtype);
}

/** A float constant of shape []. */
export const scalar = (value: number): Value => constant([value], []);

export type Operand = Value | number;

/** The value itself, or the number as a constant of the given type. */
export function lift(operand: Operand, dtype: DType = 'float'): Value {
  return typeof operand === 'number' ? constant([operand], [], dtype) : operand;
}
