/** @file Kinds of kernels, and their floating-point operations from their shapes. */
import type { Shape } from '../../../src/engine/graph/index.ts';
import { sizeOf } from '../../../src/engine/graph/index.ts';
import type { Kernel } from './trace.ts';

/** Kinds of products by their right operand, then the rest. */
export const kinds = [
  'quantized weights',
  'constant weights',
  'fed factors',
  'attention products',
  'fused attention',
  'dequantization',
  'transposes',
  'elementwise',
  'reductions, softmax',
  'norms',
  'copies, lookups',
] as const;

export type Kind = (typeof kinds)[number];

/** A matrix product a [..., n, k] times b [..., k, m]; `constant`: b is known when the graph is compiled. */
export interface Product {
  readonly a: Shape;
  readonly b: Shape;
  readonly constant: boolean;
}

const matmuls = new Set(['MatMul', 'Gemm', 'FusedMatMul', 'FusedGemm', 'MatMulNBits', 'TransposeMatMul']);

const others: readonly [Kind, RegExp][] = [
  ['fused attention', /Attention/],
  ['dequantization', /Dequantize|BlockQuantized/],
  ['norms', /Norm/],
  ['reductions, softmax', /^Reduce|Softmax|^CumSum|^ArgM/],
  ['transposes', /^Transpose/],
  [
    'copies, lookups',
    /^(Reshape|Slice|Split|Concat|Expand|Pad|Gather|Scatter|Identity|Cast|Squeeze|Unsqueeze|Memcpy|Tile|Reorder)/,
  ],
];

/** Axes of 1 are put before a shape of fewer than two. */
const matrix = (shape: Shape): Shape => [...Array<number>(Math.max(0, 2 - shape.length)).fill(1), ...shape];

/**
 * The product of a kernel as multiplied, its operands' own transpositions undone; null for other kernels. `isConstant`
 * says by a node's name whether its right operand is known when the graph is compiled.
 */
export function productOf(
  { op, node, inputs, outputs }: Kernel,
  isConstant: (node: string) => boolean,
): Product | null {
  if (!matmuls.has(op)) return null;
  const [left, right] = inputs.map(matrix);
  const out = matrix(outputs[0] as Shape);
  const [n, m] = out.slice(-2) as [number, number];
  const stackOf = ({ length }: Shape): Shape => (length > 2 ? out.slice(0, -2) : []);
  const stack = stackOf(left as Shape);
  // The runtime's own operators may read an operand with its axes moved; its size gives the inner length all the same.
  const k = sizeOf(left as Shape) / sizeOf([...stack, n]);
  const constant = op === 'MatMulNBits' || right === undefined || isConstant(node);
  return { a: [...stack, n, k], b: [...(constant ? [] : stackOf(right)), k, m], constant };
}

export function kindOf(kernel: Kernel, product: Product | null): Kind {
  if (!product) return others.find(([, names]) => names.test(kernel.op))?.[0] ?? 'elementwise';
  if (kernel.op === 'MatMulNBits') return 'quantized weights';
  if (product.constant) return 'constant weights';
  // Factors of an adapter multiply all positions at once, and so do the products of its gradient.
  return product.b.length === 2 ? 'fed factors' : 'attention products';
}

/** Floating-point operations of a product: a multiplication and an addition for each term. */
export function flopOf({ a, b }: Product): number {
  const [n, k] = a.slice(-2) as [number, number];
  const lead = Math.max(sizeOf(a.slice(0, -2)), sizeOf(b.slice(0, -2)));
  return 2 * lead * n * k * (b.at(-1) as number);
}

export const productKey = ({ a, b, constant }: Product): string =>
  `${a.join('x')} ${b.join('x')}${constant ? ' c' : ''}`;
