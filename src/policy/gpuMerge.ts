/** @file A slot's parameters merged into dense weights, once a rollout, and the policy that computes with them. */
import { concat, input, matmul, slice, type Value } from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import { present } from '../lib/assert.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';

/** Linear weights that share one dense matrix, side by side. */
interface Merged {
  readonly name: string;
  /** Weights in the order of their columns, with first column and the one after the last. */
  readonly columns: ReadonlyMap<string, readonly [number, number]>;
  /** [in, out of all parts]. */
  readonly shape: readonly [number, number];
}

/** The query, key and value weights of a layer form one group; every other linear weight is a group of its own. */
const groups: Readonly<Record<string, readonly string[]>> = {
  qkv: ['q', 'k', 'v'],
  o: ['o'],
  gate: ['gate'],
  up: ['up'],
  down: ['down'],
};

/** The groups in which the set replaces at least one weight. */
function mergedGroups(config: PolicyConfig, { replaced }: ParameterSet): Merged[] {
  const shapes = new Map(weightNames(config).map(({ name, shape }) => [name, shape]));
  const all = Array.from({ length: config.layers }, (_, i) =>
    Object.entries(groups).map(([group, parts]): Merged => {
      const columns = new Map<string, readonly [number, number]>();
      let rows = 0;
      let end = 0;
      for (const part of parts) {
        const name = `layers.${i}.${part}`;
        const [inDim, outDim] = present(shapes.get(name), `weight ${name}`) as readonly [number, number];
        columns.set(name, [end, end + outDim]);
        rows = inDim;
        end += outDim;
      }
      return { name: `merged.layers.${i}.${group}`, columns, shape: [rows, end] };
    }),
  );
  return all.flat().filter(({ columns }) => replaced.some((name) => columns.has(name)));
}

/** Names and shapes of the weights outside the groups that the set replaces: embedding, norms, output head. */
const mergedOthers = (config: PolicyConfig, { replaced }: ParameterSet) =>
  weightNames(config).filter(
    ({ name, kind }) => !(name.startsWith('layers.') && kind === 'linear') && replaced.includes(name),
  );

const otherName = (name: string): string => `merged.${name}`;

/** adapter [size] -> the weights that the set replaces, dense, those of a group side by side. */
export function mergeGraph(config: PolicyConfig, base: Parameters, set: ParameterSet): CompiledGraph {
  const effective = set.merged(base, input('adapter', [set.size]));
  const outputs = [
    ...mergedGroups(config, set).map(
      ({ name, columns }) => [name, concat([...columns.keys()].map(effective), 1)] as const,
    ),
    ...mergedOthers(config, set).map(({ name }) => [otherName(name), effective(name)] as const),
  ];
  return compile('merge', Object.fromEntries(outputs));
}

/** A policy whose replaced weights are fed, and one product for a layer's queries, keys and values. */
export interface MergedParameters extends Parameters {
  /** x [n, d] -> [n, (heads + 2 kvHeads) headSize]. */
  qkv(layer: number, x: Value): Value;
}

export function mergedParameters(config: PolicyConfig, base: Parameters, set: ParameterSet): MergedParameters {
  const fed = mergedGroups(config, set).map((group) => ({ ...group, value: input(group.name, group.shape) }));
  const others = new Map(mergedOthers(config, set).map(({ name, shape }) => [name, input(otherName(name), shape)]));
  const linear = (name: string, x: Value): Value => {
    const group = fed.find(({ columns }) => columns.has(name));
    const range = group?.columns.get(name);
    if (group && range) return matmul(x, slice(group.value, 1, ...range));
    const other = others.get(name);
    return other ? matmul(x, other) : base.linear(name, x);
  };
  return {
    isDense: base.isDense,
    fewNodes: base.fewNodes,
    dense: (name) => others.get(name) ?? base.dense(name),
    linear,
    qkv(layer, x) {
      const group = fed.find(({ name }) => name === `merged.layers.${layer}.qkv`);
      return group
        ? matmul(x, group.value)
        : concat(
            ['q', 'k', 'v'].map((part) => linear(`layers.${layer}.${part}`, x)),
            1,
          );
    },
  };
}
