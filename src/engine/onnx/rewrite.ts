/** @file Rewrites of a graph before it is written: the same numbers from fewer operators. */
import {
  add,
  type ConstantData,
  constant,
  isOp,
  mul,
  type Node,
  type Op,
  reshape,
  sameShape,
  scope,
  silu,
  sizeOf,
  topologicalOrder,
  transpose,
  type Value,
} from '../graph/index.ts';
import { present } from '../../lib/assert.ts';
import { evaluate } from '../plain/evaluate.ts';
import type { Precision } from './builder.ts';
import { Products } from './product.ts';

/** How many operators and outputs read each value. */
export function readersOf(outputs: readonly Value[]): (value: Value) => number {
  const counts = new Map<Value, number>();
  const count = (value: Value) => counts.set(value, (counts.get(value) ?? 0) + 1);
  for (const { inputs } of topologicalOrder(outputs)) inputs.forEach(count);
  outputs.forEach(count);
  return (value) => counts.get(value) ?? 0;
}

/** The node itself, or a copy that reads other inputs. */
function withInputs(node: Node, inputs: readonly Value[]): Node {
  if (inputs.every((value, i) => value === node.inputs[i])) return node;
  const copy: Node = { ...node, inputs, outputs: [] };
  node.outputs.forEach((value) => copy.outputs.push({ ...value, node: copy }));
  return copy;
}

type Replace = (node: Node, original: Node, rebuilt: (value: Value) => Value) => readonly Value[];

/** Rebuilds a graph from its leaves: `replace` returns the outputs for a node whose inputs are already rebuilt. */
function rebuild(outputs: readonly Value[], replace: Replace): Value[] {
  const made = new Map<Value, Value>();
  const rebuilt = (value: Value): Value => made.get(value) ?? value;
  for (const node of topologicalOrder(outputs)) {
    const replaced = replace(withInputs(node, node.inputs.map(rebuilt)), node, rebuilt);
    node.outputs.forEach((value, i) => made.set(value, replaced[i] as Value));
  }
  return outputs.map(rebuilt);
}

/** Most numbers of a constant that replaces its computation. */
const MOST_FOLDED = 4096;

/** Operators on small constants become constants. */
const fold = (outputs: readonly Value[]): Value[] =>
  rebuild(outputs, (node) => {
    const { outputs: values, inputs, op } = node;
    const isSmall = ({ dtype, shape }: Value): boolean => dtype !== 'uint8' && sizeOf(shape) <= MOST_FOLDED;
    if (op === 'stopGradient' || inputs.length === 0 || !inputs.every(({ node: { op: from } }) => from === 'constant'))
      return values;
    if (![...inputs, ...values].every(isSmall)) return values;
    return evaluate(values, {}).map((data, i) => {
      const { shape, dtype } = values[i] as Value;
      return constant(dtype === 'int' ? Int32Array.from(present(data, op)) : present(data, op), shape, dtype);
    });
  });

/** Most numbers of constants that are compared one by one; longer ones are equal if they share their data. */
const MOST_COMPARED = 1024;

/** Nodes with the same operator, attributes and inputs become one. */
function shareEqual(outputs: readonly Value[]): Value[] {
  const ids = new Map<unknown, number>();
  const idOf = (thing: unknown): number => {
    const id = ids.get(thing) ?? ids.size;
    ids.set(thing, id);
    return id;
  };
  const dataKey = (data: ConstantData): string => (data.length <= MOST_COMPARED ? data.join() : `#${idOf(data)}`);
  const keyOf = (node: Node): string => {
    const [{ dtype, shape }] = node.outputs as [Value];
    // Two inputs of one name are an error, which `compile` finds.
    if (isOp(node, 'input')) return `input #${idOf(node)}`;
    if (isOp(node, 'constant')) return `constant ${dtype} ${shape} ${dataKey(node.attributes.data)}`;
    return `${node.op} ${JSON.stringify(node.attributes)} ${shape} ${node.inputs.map(idOf)}`;
  };
  const known = new Map<string, readonly Value[]>();
  return rebuild(outputs, (node) => {
    const key = keyOf(node);
    const equal = known.get(key) ?? node.outputs;
    known.set(key, equal);
    return equal;
  });
}

/** Operators that repeat axes of size 1 by themselves. */
const broadcasting: readonly Op[] = ['add', 'sub', 'mul', 'div', 'where', 'min', 'max'];

/** A copy of the node without an expansion that it makes by itself, else null. */
function withoutExpand(node: Node): Node | null {
  const [{ shape }] = node.outputs as [Value];
  const isExpanded = (value: Value): boolean => value.node.op === 'expand';
  const isWhole = (value: Value): boolean => !isExpanded(value) && sameShape(value.shape, shape);
  if (!broadcasting.includes(node.op) || !node.inputs.some(isExpanded) || !node.inputs.some(isWhole)) return null;
  return withInputs(
    node,
    node.inputs.map((value) => (isExpanded(value) ? (value.node.inputs[0] as Value) : value)),
  );
}

const isOne = ({ node }: Value): boolean => isOp(node, 'constant') && node.attributes.data.every((x) => x === 1);

/** The value behind a node that only undoes or repeats the one before it, else null. */
function shortcut(node: Node): Value | null {
  const [x, y] = node.inputs as [Value, Value | undefined];
  if (node.op === 'mul' && y && isOne(x) && sameShape(y.shape, (node.outputs[0] as Value).shape)) return y;
  if (isOp(node, 'transpose') && isOp(x.node, 'transpose')) {
    const inner = x.node.attributes.permutation;
    const order = node.attributes.permutation.map((axis) => inner[axis] as number);
    const [origin] = x.node.inputs as [Value];
    return order.every((axis, i) => axis === i) ? origin : scope(node.scope, () => transpose(origin, order));
  }
  if (isOp(node, 'reshape') && x.node.op === 'reshape')
    return scope(node.scope, () => reshape(x.node.inputs[0] as Value, node.attributes.shape));
  return null;
}

/**
 * Transposes and reshapes in a row become one; factors of 1 and expansions that an operator makes by itself disappear.
 */
const simplify = (outputs: readonly Value[]): Value[] =>
  rebuild(outputs, (node) => {
    const value = shortcut(node);
    return value ? [value] : (withoutExpand(node) ?? node).outputs;
  });

/** The sigmoid of x if the node is x sigmoid(x), else null. */
function siluOf({ op, inputs: [x, s] }: Node): Node | null {
  return op === 'mul' && s?.node.op === 'sigmoid' && s.node.inputs[0] === x ? s.node : null;
}

/** silu(x) as x sigmoid(x) where a derivative reads sigmoid(x) too, so that it is computed once; as silu otherwise. */
function shareSigmoid(outputs: readonly Value[]): Value[] {
  const readers = readersOf(outputs);
  const sigmoids = new Map<Value, Node>();
  for (const node of topologicalOrder(outputs)) if (node.op === 'sigmoid') sigmoids.set(node.inputs[0] as Value, node);
  const shared = new Map<Node, Value>();
  const within = (node: Node, build: (x: Value) => Value): Value[] => [
    scope(node.scope, () => build(node.inputs[0] as Value)),
  ];
  return rebuild(outputs, (node, original) => {
    if (siluOf(original) && readers(original.inputs[1] as Value) === 1) return within(node, silu);
    const own = sigmoids.get(original.inputs[0] as Value);
    if (!own || (node.op !== 'silu' && node.op !== 'sigmoid')) return node.outputs;
    const s = shared.get(own) ?? (withInputs(own, node.inputs).outputs[0] as Value);
    shared.set(own, s);
    return node.op === 'silu' ? within(node, (x) => mul(x, s)) : [s];
  });
}

/** Sums of several terms, products last, so that each product adds to the terms before it. */
function orderSums(outputs: readonly Value[], precision: Precision): Value[] {
  const readers = readersOf(outputs);
  const products = new Products(readers, precision);
  const isSum = ({ node, shape, dtype }: Value): boolean =>
    node.op === 'add' && dtype === 'float' && node.inputs.every((term) => sameShape(term.shape, shape));
  const termsOf = (sum: Value): Value[] =>
    sum.node.inputs.flatMap((term) => (readers(term) === 1 && isSum(term) ? termsOf(term) : [term]));
  return rebuild(outputs, (node, original, rebuilt) => {
    const [sum] = original.outputs as [Value];
    const terms = isSum(sum) ? termsOf(sum) : [];
    const last = terms.filter((term) => products.term(term));
    if (terms.length < 3 || last.length === 0) return node.outputs;
    const ordered = [...terms.filter((term) => !last.includes(term)), ...last].map(rebuilt);
    return [scope(node.scope, () => ordered.reduce((a, b) => add(a, b)))];
  });
}

/** The same outputs from fewer nodes. */
export const rewrite = (outputs: readonly Value[], precision: Precision): Value[] =>
  orderSums(shareSigmoid(shareEqual(simplify(fold(shareEqual(simplify(outputs)))))), precision);
