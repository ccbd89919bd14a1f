/** @file The adapter merged into dense weights, once a rollout, and the policy that computes with them. */
import { add, concat, input, matmul, mul, slice, type Value } from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import { present } from '../lib/assert.ts';
import { type PolicyConfig, weightNames } from './config.ts';
import { type AdapterLayout, adapterOf, loraScale } from './lora.ts';
import type { Parameters } from './parameters.ts';

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

/** The groups in which at least one weight has an adapter. */
function mergedGroups(config: PolicyConfig, layout: AdapterLayout): Merged[] {
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
  return all.flat().filter(({ columns }) => layout.layers.some((name) => columns.has(name)));
}

/** adapter [size] -> dense W + scale A B of each group with an adapter. */
export function mergeGraph(config: PolicyConfig, base: Parameters, layout: AdapterLayout): CompiledGraph {
  // sqrt(scale) on both A and B: a single product over the flat vector instead of one per matrix.
  const { matrices } = adapterOf(layout, mul(input('adapter', [layout.size]), Math.sqrt(loraScale(layout.lora))));
  const effective = (name: string): Value => {
    const a = matrices.get(`${name}.a`);
    const b = matrices.get(`${name}.b`);
    return a && b ? add(base.dense(name), matmul(a, b)) : base.dense(name);
  };
  const outputs = mergedGroups(config, layout).map(
    ({ name, columns }) => [name, concat([...columns.keys()].map(effective), 1)] as const,
  );
  return compile('merge', Object.fromEntries(outputs));
}

/** A policy with merged weights as inputs, and one product for a layer's queries, keys and values. */
export interface MergedParameters extends Parameters {
  /** x [n, d] -> [n, (heads + 2 kvHeads) headSize]. */
  qkv(layer: number, x: Value): Value;
}

export function mergedParameters(config: PolicyConfig, base: Parameters, layout: AdapterLayout): MergedParameters {
  const fed = mergedGroups(config, layout).map((group) => ({ ...group, value: input(group.name, group.shape) }));
  const linear = (name: string, x: Value): Value => {
    const group = fed.find(({ columns }) => columns.has(name));
    const range = group?.columns.get(name);
    return group && range ? matmul(x, slice(group.value, 1, ...range)) : base.linear(name, x);
  };
  return {
    dense: base.dense,
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
