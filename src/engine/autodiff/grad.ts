/** @file Reverse-mode differentiation: one walk over the graph that emits more nodes. */
import {
  add,
  concat,
  constant,
  expand,
  GraphError,
  isOp,
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

/** Cotangents of slices that cut a value into parts, each padded to the whole: the joined parts, else null. */
function joined(contributions: readonly Value[], shape: readonly number[]): Value | null {
  const pads = contributions.map(({ node }) => (isOp(node, 'pad') ? node : null));
  const axis = pads[0]?.attributes.axis;
  if (axis === undefined || pads.some((node) => node?.attributes.axis !== axis)) return null;
  const ordered = (pads as Node<'pad'>[]).toSorted((a, b) => a.attributes.before - b.attributes.before);
  const parts = ordered.map(({ inputs }) => inputs[0] as Value);
  const end = ordered.reduce(
    (at, { attributes }, i) => (attributes.before === at ? at + (parts[i]?.shape[axis] as number) : NaN),
    0,
  );
  return end === shape[axis] ? concat(parts, axis) : null;
}

/** The sum of a value's cotangents. */
const total = (contributions: readonly Value[], { shape }: Value): Value =>
  joined(contributions, shape) ?? contributions.reduce((a, b) => add(a, b));

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
  const cotangents = new Map<Value, Value[]>([[scalarLoss, [constant([1], [])]]]);
  const cotangent = (value: Value): Value | null => {
    const contributions = cotangents.get(value);
    return contributions ? total(contributions, value) : null;
  };
  for (const node of order.toReversed()) {
    if (!onPath.has(node)) continue;
    for (const output of node.outputs) {
      const ct = cotangent(output);
      if (!ct) continue;
      const contributions = vjp(node, ct, output);
      contributions?.forEach((contribution, i) => {
        const operand = node.inputs[i] as Value;
        if (!contribution || !(wanted.has(operand) || onPath.has(operand.node))) return;
        const summed = unbroadcast(contribution, operand.shape);
        cotangents.set(operand, [...(cotangents.get(operand) ?? []), summed]);
      });
    }
  }
  return targets.map((target) => cotangent(target) ?? expand(constant([0], []), target.shape));
}
