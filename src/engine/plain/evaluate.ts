/**
 * @file A graph on plain numbers, in float64 and without a runtime: for small graphs on the main thread, such as the
 * loss of one completion and its gradient.
 */
import { isOp, type Node, type Op, topologicalOrder, type Value } from '../graph/index.ts';
import { axisRules } from './axes.ts';
import { elementwiseRules } from './elementwise.ts';
import { layoutRules, leaf } from './layout.ts';
import { linearRules } from './linear.ts';
import { type Numbers, output, type PlainRules } from './rule.ts';

/** Every operator; a new one does not compile without its rule. Inputs are fed. */
const rules: PlainRules<Exclude<Op, 'input'>> = {
  constant: (node) => [leaf(output(node), node.attributes.data)],
  ...elementwiseRules,
  ...axisRules,
  ...layoutRules,
  ...linearRules,
};

const applied = <O extends Exclude<Op, 'input'>>(node: Node<O>, inputs: readonly Numbers[]) =>
  rules[node.op](node, inputs);

/**
 * The numbers of each value, row-major; null for a value that depends on an input without feeds. `feeds` by the input's
 * name, row-major.
 */
export function evaluate(
  values: readonly Value[],
  feeds: Readonly<Record<string, ArrayLike<number>>>,
): (Float64Array | null)[] {
  const known = new Map<Value, Numbers>();
  const keep = (value: Value, data: Float64Array): void => void known.set(value, { shape: value.shape, data });
  for (const node of topologicalOrder(values)) {
    if (isOp(node, 'input')) {
      const fed = feeds[node.attributes.name];
      if (fed) keep(output(node), leaf(output(node), fed));
      continue;
    }
    const inputs = node.inputs.flatMap((value) => known.get(value) ?? []);
    if (inputs.length < node.inputs.length) continue;
    applied(node as Node<Exclude<Op, 'input'>>, inputs).forEach((data, i) => keep(node.outputs[i] as Value, data));
  }
  return values.map((value) => known.get(value)?.data ?? null);
}
