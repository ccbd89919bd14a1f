/**
 * @file A slot's parameters merged into dense weights, once a rollout, and the policy that computes with them. The same
 * weight of all layers is one stack, so that merging takes few dispatches; each layer's part is copied out of it.
 */
import { add, concat, constant, expand, input, matmul, reshape, slice, type Value } from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import type { Copy, DeviceTensor } from '../engine/runtime/runtime.ts';
import { present } from '../lib/assert.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';

/** Tensors on a device by name. */
export type Tensors = Readonly<Record<string, DeviceTensor>>;

/** Linear weights of a layer that share one dense matrix, side by side. */
interface Group {
  readonly name: string;
  /** Weights in the order of their columns, with first column and the one after the last. */
  readonly columns: ReadonlyMap<string, readonly [number, number]>;
  /** [in, out of all parts]. */
  readonly shape: readonly [number, number];
}

/** The query, key and value weights of a layer form one group; every other linear weight is a group of its own. */
const groupParts: Readonly<Record<string, readonly string[]>> = {
  qkv: ['q', 'k', 'v'],
  o: ['o'],
  gate: ['gate'],
  up: ['up'],
  down: ['down'],
};

/** The groups in which the set replaces at least one weight; all layers have the same. */
function mergedGroups(config: PolicyConfig, { replaced }: ParameterSet): Group[] {
  const shapes = new Map(weightNames(config).map(({ name, shape }) => [name, shape]));
  const groups = Object.entries(groupParts).map(([name, parts]): Group => {
    const columns = new Map<string, readonly [number, number]>();
    let rows = 0;
    let end = 0;
    for (const part of parts) {
      const [inDim, outDim] = present(shapes.get(`layers.0.${part}`), part) as readonly [number, number];
      columns.set(part, [end, end + outDim]);
      rows = inDim;
      end += outDim;
    }
    return { name, columns, shape: [rows, end] };
  });
  return groups.filter(({ columns }) => replaced.some((name) => columns.has(name.split('.').at(-1) ?? '')));
}

/** Names and shapes of the weights outside the groups that the set replaces: embedding, norms, output head. */
const mergedOthers = (config: PolicyConfig, { replaced }: ParameterSet) =>
  weightNames(config).filter(
    ({ name, kind }) => !(name.startsWith('layers.') && kind === 'linear') && replaced.includes(name),
  );

/** Start of the names of merged weights among the inputs of a graph. */
export const mergedPrefix = 'merged.';
const otherName = (name: string): string => `${mergedPrefix}${name}`;
const groupName = (layer: number, group: string): string => otherName(`layers.${layer}.${group}`);
const stackName = (group: string): string => `stack.${group}`;
const baseName = (group: string): string => `base.${group}`;

/** The group's weights of all layers, [layers, in, out of all parts]. */
function stacked({ layers }: PolicyConfig, { columns, shape }: Group, weight: (name: string) => Value): Value {
  const dense = Array.from({ length: layers }, (_, layer) =>
    reshape(
      concat(
        [...columns.keys()].map((part) => weight(`layers.${layer}.${part}`)),
        1,
      ),
      [1, ...shape],
    ),
  );
  return concat(dense, 0);
}

/** The base's weights of the groups, dense; null for a set that replaces them without regard to the base. */
export function denseGraph(config: PolicyConfig, base: Parameters, set: ParameterSet): CompiledGraph | null {
  const groups = set.deltas ? mergedGroups(config, set) : [];
  const stacks = groups.map((group) => [baseName(group.name), stacked(config, group, base.dense)] as const);
  return stacks.length > 0 ? compile('dense', Object.fromEntries(stacks)) : null;
}

/** The group's differences from the base, [layers, in, out of all parts]. */
function stackedDeltas({ layers }: PolicyConfig, { columns, shape }: Group, delta: (part: string) => Value | null) {
  const parts = [...columns].map(
    ([part, [start, end]]) => delta(part) ?? expand(constant([0], [1]), [layers, shape[0], end - start]),
  );
  return concat(parts, 2);
}

/** adapter [size] and the stacks of `denseGraph` -> the stacks of the groups, and the other weights that are replaced. */
export function mergeGraph(config: PolicyConfig, set: ParameterSet): CompiledGraph {
  const flat = input('adapter', [set.size]);
  const delta = set.deltas?.(flat);
  const dense = set.dense?.(flat);
  const outputs = [
    ...mergedGroups(config, set).map((group) => {
      const base = () => input(baseName(group.name), [config.layers, ...group.shape]);
      const stack = delta
        ? add(base(), stackedDeltas(config, group, delta))
        : stacked(config, group, present(dense, 'the weights of the set'));
      return [stackName(group.name), stack] as const;
    }),
    ...mergedOthers(config, set).map(({ name }) => [otherName(name), present(dense, name)(name)] as const),
  ];
  const graph = compile('merge', Object.fromEntries(outputs));
  return { ...graph, capture: { fixed: graph.inputs.map(({ name }) => name).filter((name) => name !== 'adapter') } };
}

/** The copies of each layer's weights out of the stacks of `mergeGraph`. */
export const stackCopies = (config: PolicyConfig, set: ParameterSet, stacks: Tensors, weights: Tensors): Copy[] =>
  mergedGroups(config, set).flatMap(({ name, shape }) =>
    Array.from({ length: config.layers }, (_, layer) => {
      const to = present(weights[groupName(layer, name)], `weights of ${name}`);
      const size = 4 * shape[0] * shape[1];
      return { from: present(stacks[stackName(name)], `stack of ${name}`), start: layer * size, size, to };
    }),
  );

/** A policy whose replaced weights are fed, and one product for a layer's queries, keys and values. */
export interface MergedParameters extends Parameters {
  /** x [n, d] -> [n, (heads + 2 kvHeads) headSize]. */
  qkv(layer: number, x: Value): Value;
}

export function mergedParameters(config: PolicyConfig, base: Parameters, set: ParameterSet): MergedParameters {
  const groups = mergedGroups(config, set);
  const fed = new Map(
    Array.from({ length: config.layers }, (_, layer) =>
      groups.map((group) => {
        const name = groupName(layer, group.name);
        return [name, input(name, group.shape)] as const;
      }),
    ).flat(),
  );
  const others = new Map(mergedOthers(config, set).map(({ name, shape }) => [name, input(otherName(name), shape)]));
  const linear = (name: string, x: Value): Value => {
    const [, layer, part] = name.split('.');
    const group = groups.find(({ columns }) => part !== undefined && columns.has(part));
    const range = group?.columns.get(part ?? '');
    const matrix = group && fed.get(groupName(Number(layer), group.name));
    if (matrix && range) return matmul(x, slice(matrix, 1, ...range));
    const other = others.get(name);
    return other ? matmul(x, other) : base.linear(name, x);
  };
  return {
    isDense: base.isDense,
    fewNodes: base.fewNodes,
    dense: (name) => others.get(name) ?? base.dense(name),
    linear,
    qkv(layer, x) {
      const packed = fed.get(groupName(layer, 'qkv'));
      return packed
        ? matmul(x, packed)
        : concat(
            ['q', 'k', 'v'].map((part) => linear(`layers.${layer}.${part}`, x)),
            1,
          );
    },
  };
}
