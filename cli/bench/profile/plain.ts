/** @file A model that does nothing but the matrix products of a graph, for the time that they take at best. */
import {
  constant,
  input,
  matmul,
  reduceSum,
  reshape,
  concat,
  scope,
  sizeOf,
  type Shape,
  type Value,
} from '../../../src/engine/graph/index.ts';
import { compile, type CompiledGraph } from '../../../src/engine/onnx/compile.ts';
import type { Feeds } from '../../../src/engine/runtime/runtime.ts';
import { random } from '../../../src/lib/random.ts';
import { type Product, productKey } from './kinds.ts';
import type { TracedRun } from './trace.ts';

const numbers = (shape: Shape, name: string): Float32Array => {
  const stream = random(1, 'plain', name);
  return Float32Array.from({ length: sizeOf(shape) }, () => stream.uniform() - 0.5);
};

export interface PlainModel {
  readonly graph: CompiledGraph;
  readonly feeds: Feeds;
  /** Microseconds of every product in a traced run of the graph, by `productKey`. */
  microseconds(run: TracedRun): Map<string, number[]>;
}

/** `products` in their order, each with an operand of its own where that is constant. */
export function plainModel(name: string, products: readonly Product[]): PlainModel {
  const keys = [...new Set(products.map(productKey))];
  const leaves = new Map<string, Value>();
  const fed = (side: string, shape: Shape): Value => {
    const leaf = `${side}.${shape.join('x')}`;
    const value = leaves.get(leaf) ?? input(leaf, shape);
    leaves.set(leaf, value);
    return value;
  };
  const sums = products.map((product, i) => {
    const { a, b, constant: isConstant } = product;
    const right = isConstant ? constant(numbers(b, String(i)), b) : fed('b', b);
    // The scope names the node, so that its kernel is found in the trace.
    const out = scope(`p${keys.indexOf(productKey(product))}`, () => matmul(fed('a', a), right));
    return reshape(reduceSum(out), [1]);
  });
  const feeds = [...leaves].map(([leaf, { shape }]) => [
    leaf,
    { dtype: 'float32' as const, shape, data: numbers(shape, leaf) },
  ]);
  return {
    graph: compile(`plain.${name}`, { sums: concat(sums, 0) }),
    feeds: Object.fromEntries(feeds) as Feeds,
    microseconds: ({ kernels }) => perKey(keys, kernels),
  };
}

function perKey(keys: readonly string[], kernels: TracedRun['kernels']): Map<string, number[]> {
  const calls = new Map(keys.map((key): [string, number[]] => [key, []]));
  for (const { node, op, microseconds } of kernels)
    if (op === 'MatMul') calls.get(keys[Number(/^p(\d+)\//.exec(node)?.[1])] ?? '')?.push(microseconds);
  return calls;
}
