/** @file Topological order of a graph. */
import type { Node, Value } from './value.ts';

/** Nodes in an order in which every node follows its inputs. */
export function topologicalOrder(roots: readonly Value[]): Node[] {
  const order: Node[] = [];
  const done = new Set<Node>();
  const stack: { node: Node; next: number }[] = [];
  const enter = (node: Node) => {
    if (!done.has(node)) {
      done.add(node);
      stack.push({ node, next: 0 });
    }
  };
  for (const root of roots) {
    enter(root.node);
    while (stack.length > 0) {
      const top = stack[stack.length - 1] as { node: Node; next: number };
      const following = top.node.inputs[top.next++];
      if (following) enter(following.node);
      else order.push((stack.pop() as { node: Node }).node);
    }
  }
  return order;
}
