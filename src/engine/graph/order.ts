/** @file Topological order of a graph. */
import type { Node, Value } from './value.ts';

/** Nodes in an order in which every node follows the values that it reads: its inputs, unless stated otherwise. */
export function topologicalOrder(
  roots: readonly Value[],
  readBy: (node: Node) => readonly Value[] = ({ inputs }) => inputs,
): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  const stack: { node: Node; reads: readonly Value[]; next: number }[] = [];
  const enter = (node: Node) => {
    if (!done.has(node)) {
      done.add(node);
      stack.push({ node, reads: readBy(node), next: 0 });
    }
  };
  for (const root of roots) {
    enter(root.node);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as (typeof stack)[number];
      const following = top.reads[top.next++];
      if (following) enter(following.node);
      else order.push((stack.pop() as (typeof stack)[number]).node);
    }
  }
  return order;
}
