/** @file Kernels of a graph's runs, settled and grouped by kind, or by operator and shapes. */
import type { Shape } from '../../../src/engine/graph/index.ts';
import { mean } from '../../../src/lib/statistics.ts';
import { undisturbed } from '../clock.ts';
import { flopOf, type Product, productKey, productOf } from './kinds.ts';
import type { Kernel, TracedRun } from './trace.ts';

/** Kernels of one kind, or of one operator with one set of shapes: means over the runs of a graph. */
export interface KernelGroup {
  readonly name: string;
  readonly calls: number;
  readonly milliseconds: number;
  readonly gflop: number;
  /** Of the same products in a model that holds nothing else; null for kernels that are no products. */
  readonly plainMilliseconds: number | null;
}

/** A kernel of one run, with the time that runs of the same shapes take undisturbed. */
export interface SettledKernel extends Kernel {
  /** Null for kernels that are no products. */
  readonly product: Product | null;
  /** Operator and shapes; a size that differs between runs is n. */
  readonly label: string;
}

/** Each value replaced by the undisturbed one of all values with its key. */
export function settled(values: readonly number[], keys: readonly unknown[]): number[] {
  const byKey = grouped([...values.keys()], (i) => keys[i]);
  const times = new Map([...byKey].map(([key, places]) => [key, undisturbed(places.map((i) => values[i] as number))]));
  return keys.map((key) => times.get(key) as number);
}

export const settledMean = (values: readonly number[], keys: readonly unknown[]): number => mean(settled(values, keys));

const text = (shape: readonly (number | 'n')[]): string => `[${shape.join(',')}]`;

/** The shapes of one tensor in several runs as one. */
const merged = (shapes: readonly Shape[]): string =>
  text((shapes[0] ?? []).map((size, axis) => (shapes.every((shape) => shape[axis] === size) ? size : 'n')));

function labelOf(kernels: readonly Kernel[], products: readonly (Product | null)[]): string {
  const { op, inputs } = kernels[0] as Kernel;
  const present = products.filter((product) => product !== null);
  const [first] = present;
  if (first)
    return `${op} ${merged(present.map(({ a }) => a))} x ${first.constant ? 'constant ' : ''}${merged(present.map(({ b }) => b))}`;
  const read = inputs.map((_, at) => merged(kernels.map((kernel) => kernel.inputs[at] ?? [])));
  return `${op} ${read.join(' ')} -> ${merged(kernels.map(({ outputs }) => outputs[0] ?? []))}`;
}

/** All kernels of all runs of a graph; `profiler`: microseconds that tracing adds to each. */
export function settledKernels(
  runs: readonly TracedRun[],
  isConstant: (node: string) => boolean,
  profiler: number,
): SettledKernel[] {
  return (runs[0]?.kernels ?? []).flatMap((_, i) => {
    const kernels = runs.flatMap((run) => run.kernels[i] ?? []);
    const products = kernels.map((kernel) => productOf(kernel, isConstant));
    const label = labelOf(kernels, products);
    const times = settled(
      kernels.map(({ microseconds }) => microseconds),
      kernels.map(({ inputs }) => JSON.stringify(inputs)),
    );
    return kernels.map((kernel, at) => ({
      ...kernel,
      microseconds: Math.max(0, (times[at] as number) - profiler),
      product: products[at] ?? null,
      label,
    }));
  });
}

/**
 * The groups by `nameOf`, the longest first, as means over `runs` runs; `plain`: microseconds of each product at best,
 * by `productKey`.
 */
export function groupsBy(
  kernels: readonly SettledKernel[],
  nameOf: (kernel: SettledKernel) => string,
  plain: ReadonlyMap<string, number> | null,
  runs: number,
): KernelGroup[] {
  const groups = [...grouped(kernels, nameOf)].map(([name, members]): KernelGroup => {
    const products = members.flatMap(({ product }) => product ?? []);
    const total = (numbers: readonly number[]): number => numbers.reduce((sum, n) => sum + n, 0) / runs;
    const atBest = products.map((product) => (plain?.get(productKey(product)) ?? NaN) / 1000);
    return {
      name,
      calls: members.length / runs,
      milliseconds: total(members.map(({ microseconds }) => microseconds / 1000)),
      gflop: total(products.map((product) => flopOf(product) / 1e9)),
      plainMilliseconds: plain && products.length > 0 ? total(atBest) : null,
    };
  });
  return groups.sort((a, b) => b.milliseconds - a.milliseconds);
}

export const sum = (groups: readonly KernelGroup[], of: (group: KernelGroup) => number | null): number =>
  groups.reduce((total, group) => total + (of(group) ?? 0), 0);

/** The items by key, in their order. */
export function grouped<K, T>(items: readonly T[], keyOf: (item: T) => K): Map<K, T[]> {
  const groups = new Map<K, T[]>();
  for (const item of items) {
    const key = keyOf(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  return groups;
}
