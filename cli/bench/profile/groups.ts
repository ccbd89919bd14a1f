/** @file Kernels of a run grouped by kind, or by operator and shapes. */
import { flopOf, type Product, productKey } from './kinds.ts';
import type { Kernel } from './trace.ts';

/** Kernels of one kind, or of one operator with one set of shapes, in one run of a graph. */
export interface KernelGroup {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
  readonly gflop: number;
  /** Of the same products in a model that holds nothing else; null for kernels that are no products. */
  readonly plainMilliseconds: number | null;
}

/** A kernel with its product, null for other kernels. */
export interface Multiplied extends Kernel {
  readonly product: Product | null;
}

/** The groups by `nameOf`, the longest first; `plain`: microseconds of each product at best, by `productKey`. */
export function groupsBy(
  kernels: readonly Multiplied[],
  nameOf: (kernel: Multiplied) => string,
  plain: ReadonlyMap<string, number> | null,
): KernelGroup[] {
  const groups = new Map<string, KernelGroup>();
  for (const kernel of kernels) {
    const name = nameOf(kernel);
    const { product, microseconds } = kernel;
    const group = groups.get(name) ?? { name, calls: 0, milliseconds: 0, gflop: 0, plainMilliseconds: null };
    const atBest = product && plain ? (plain.get(productKey(product)) ?? NaN) / 1000 : null;
    groups.set(name, {
      name,
      calls: group.calls + 1,
      milliseconds: group.milliseconds + microseconds / 1000,
      gflop: group.gflop + (product ? flopOf(product) / 1e9 : 0),
      plainMilliseconds: atBest === null ? group.plainMilliseconds : (group.plainMilliseconds ?? 0) + atBest,
    });
  }
  return [...groups.values()].sort((a, b) => b.milliseconds - a.milliseconds);
}

export const sum = (groups: readonly KernelGroup[], of: (group: KernelGroup) => number | null): number =>
  groups.reduce((total, group) => total + (of(group) ?? 0), 0);

const shapesOf = ({ inputs, outputs }: Kernel): string =>
  `${inputs.map((shape) => `[${shape.join(',')}]`).join(' ')} -> [${outputs[0]?.join(',')}]`;

export const operatorName = (kernel: Multiplied): string =>
  kernel.product
    ? `${kernel.op} [${kernel.product.a.join(',')}] x ${kernel.product.constant ? 'constant ' : ''}[${kernel.product.b.join(',')}]`
    : `${kernel.op} ${shapesOf(kernel)}`;
