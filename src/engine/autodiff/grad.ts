/** @file Reverse-mode differentiation: one walk over the graph that emits more nodes. */
import {
  add,
  constant,
  expand,
  GraphError,
  type Node,
  reduceSum,
  reshape,
  sameShape,
  topologicalOrder,
  type Value,
} from '../graph/index.ts';
import { vjp } from './vjp.ts';

/** A cotangent summed over the broadcast axes, back to the operand's shape. */
function unbroadcast(ct: Value, shape: readonly number[]): Value {
  if (sameShape(ct.shape, shape)) return ct;
  const offset = ct.shape.length - shape.length;
  const axes = ct.shape.flatMap((n, axis) => (axis < offset || (shape[axis - offset] === 1 && n !== 1) ? [axis] : []));
  return reshape(reduceSum(ct, { axes, keepDims: true }), shape);
}

/** The nodes that depend on `targets`. */
function nodesFrom(targets: ReadonlySet<Value>, order: readonly Node[]): Set<Node> {
  const reached = new Set<Node>();
  for (const node of order) {
    if (node.inputs.some((v) => targets.has(v) || reached.has(v.node))) reached.add(node);
  }
  return reached;
}

/**
 * The gradient of a scalar with respect to each target (any values of its graph, not only inputs), in the targets'
 * shapes. Zeros for a target that the scalar does not depend on. Throws GraphError unless the loss has shape [].
 */
export function grad(scalarLoss: Value, targets: readonly Value[]): Value[] {
  if (scalarLoss.shape.length !== 0 || scalarLoss.dtype !== 'float') {
    throw new GraphError(
      `grad: the loss must be a float scalar, not ${scalarLoss.dtype}[${scalarLoss.shape.join(',')}]`,
    );
  }
  const order = topologicalOrder([scalarLoss]);
  const wanted = new Set(targets);
  const onPath = nodesFrom(wanted, order);
  const cotangents = new Map<Value, Value>([[scalarLoss, constant([1], [])]]);
  for (const node of order.toReversed()) {
    if (!onPath.has(node)) continue;
    for (const output of node.outputs) {
      const ct = cotangents.get(output);
      if (!ct) continue;
      const contributions = vjp(node, ct, output);
      contributions?.forEach((contribution, i) => {
        const operand = node.inputs[i] as Value;
        if (!contribution || !(wanted.has(operand) || onPath.has(operand.node))) return;
        const summed = unbroadcast(contribution, operand.shape);
        const before = cotangents.get(operand);
        cotangents.set(operand, before ? add(before, summed) : summed);
      });
    }
  }
  return targets.map((target) => cotangents.get(target) ?? expand(constant([0], []), target.shape));
}
