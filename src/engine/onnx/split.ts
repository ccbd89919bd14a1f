/** @file Slices that share a value out among them, which one node can cut. */
import { isOp, type Node, type Value } from '../graph/index.ts';

/** Most parts of one node: a GPU kernel may bind few buffers. */
const MOST = 7;

/** Parts for one node: those of a longer list are groups, which are cut again. */
export function firstCut<T>(parts: readonly T[]): readonly (readonly T[])[] {
  let size = 1;
  while (size * MOST < parts.length) size *= MOST;
  return Array.from({ length: Math.ceil(parts.length / size) }, (_, i) => parts.slice(i * size, (i + 1) * size));
}

const startOf = ({ node }: Value): number => (node as Node<'slice'>).attributes.start;

/** Whether slices of one axis follow each other from its start to its end. */
function tile(parts: readonly Value[], axis: number): boolean {
  const end = parts.reduce((at, part) => (startOf(part) === at ? at + (part.shape[axis] as number) : NaN), 0);
  return end === parts[0]?.node.inputs[0]?.shape[axis];
}

/** The groups of slices in `nodes` that cut one value into parts without a gap, floats only. */
export class Splits {
  private readonly groups = new Map<Value, readonly Value[]>();

  constructor(nodes: readonly Node[]) {
    const slices = new Map<Value, Map<number, Value[]>>();
    for (const node of nodes) {
      const [part] = node.outputs;
      const [whole] = node.inputs;
      if (!part || !whole || !isOp(node, 'slice') || part.dtype !== 'float') continue;
      const byAxis = slices.get(whole) ?? new Map<number, Value[]>();
      byAxis.set(node.attributes.axis, [...(byAxis.get(node.attributes.axis) ?? []), part]);
      slices.set(whole, byAxis);
    }
    for (const byAxis of slices.values())
      for (const [axis, parts] of byAxis) {
        const ordered = parts.toSorted((a, b) => startOf(a) - startOf(b));
        if (parts.length < 2 || !tile(ordered, axis)) continue;
        for (const part of parts) this.groups.set(part, ordered);
      }
  }

  /** The parts of the group that a value is part of, in their order. */
  of(value: Value): readonly Value[] | null {
    return this.groups.get(value) ?? null;
  }
}
