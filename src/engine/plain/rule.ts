/** @file The type of an operator's rule as a function of numbers. */
import type { Node, Op, Shape, Value } from '../graph/index.ts';

/** Numbers in row-major order; booleans are 1 and 0. */
export interface Numbers {
  readonly shape: Shape;
  readonly data: Float64Array;
}

/** One array for each output of the node, in the shape that the node states. */
export type PlainRule<O extends Op> = (node: Node<O>, inputs: readonly Numbers[]) => readonly Float64Array[];

/** The only or first of a node's outputs. */
export const output = (node: Node): Value => node.outputs[0] as Value;

export type PlainRules<O extends Op> = { readonly [K in O]: PlainRule<K> };
