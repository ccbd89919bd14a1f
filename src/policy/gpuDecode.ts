/**
 * @file Decoding in few GPU dispatches: the adapter is merged into dense weights once per rollout; queries, keys and
 * values come from one product; attention writes its cache in place; token and position are outputs that the next step
 * takes as inputs.
 */
import {
  add,
  cast,
  concat,
  groupQueryAttention,
  input,
  matmul,
  mul,
  pad,
  reshape,
  rmsNorm,
  scope,
  skipRmsNorm,
  slice,
  type Value,
} from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import { assert, present } from '../lib/assert.ts';
import { headSize, type PolicyConfig, weightNames } from './config.ts';
import { cacheName, prefill, stepInputs } from './decode.ts';
import { embedTokens } from './embed.ts';
import { type AdapterLayout, adapterOf, loraScale } from './lora.ts';
import type { Parameters } from './parameters.ts';
import { pairTables } from './rope.ts';
import { drawToken } from './sampling.ts';
import type { SamplerShape } from './sampler.ts';
import { headLogits, swiGlu } from './transformer.ts';

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
function mergeGraph(config: PolicyConfig, base: Parameters, layout: AdapterLayout): CompiledGraph {
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
interface MergedParameters extends Parameters {
  /** x [n, d] -> [n, (heads + 2 kvHeads) headSize]. */
  qkv(layer: number, x: Value): Value;
}

function mergedParameters(config: PolicyConfig, base: Parameters, layout: AdapterLayout): MergedParameters {
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

/** Positions of the cache; the last drawn token never enters it. */
export const capacityOf = ({ promptLength, completionLength }: SamplerShape): number =>
  promptLength + completionLength - 1;

/** Output names must differ from those of the inputs that they replace. */
export const nextName = (name: string): string => `next.${name}`;

export const cacheNames = ({ layers }: PolicyConfig): string[] =>
  Array.from({ length: layers }, (_, i) => [cacheName(i, 'keys'), cacheName(i, 'values')]).flat();

/** One attention block on packed queries, keys and values; returns its output before the residual sum. */
function attendPacked(
  config: PolicyConfig,
  parameters: MergedParameters,
  layer: number,
  normed: Value,
  attention: { position: Value; rotary: ReturnType<typeof pairTables>; capacity: number },
) {
  const { heads, kvHeads } = config;
  const { position, rotary, capacity } = attention;
  const rows = normed.shape[0] as number;
  const shape = [rows, kvHeads, capacity, headSize(config)];
  const qkv = reshape(parameters.qkv(layer, normed), [rows, 1, -1]);
  const caches = [input(cacheName(layer, 'keys'), shape), input(cacheName(layer, 'values'), shape)] as const;
  const { attended, keyCache, valueCache } = groupQueryAttention(qkv, ...caches, position, rotary, {
    heads,
    kvHeads,
    capacity,
    interleaved: config.ropeInterleaved,
  });
  const output = parameters.linear(`layers.${layer}.o`, reshape(attended, [rows, config.dim]));
  return {
    output,
    caches: { [nextName(cacheName(layer, 'keys'))]: keyCache, [nextName(cacheName(layer, 'values'))]: valueCache },
  };
}

/**
 * One token for every row. Inputs: tokenId, position int [B], uniform [B], temperature, the caches and the merged
 * weights. Outputs: next.tokenId, next.position, the caches (in place) and drawn [B, 2], the token and its
 * log-probability.
 */
function decodeGraph(
  config: PolicyConfig,
  base: Parameters,
  layout: AdapterLayout,
  shape: SamplerShape,
): CompiledGraph {
  const { rows } = shape;
  const parameters = mergedParameters(config, base, layout);
  const { tokenId, position, uniform, temperature } = stepInputs(rows);
  const capacity = capacityOf(shape);
  const attention = { position, rotary: pairTables(config, capacity), capacity };
  const norm = (layer: number) => parameters.dense(layer < config.layers ? `layers.${layer}.attention_norm` : 'norm');
  const caches: Record<string, Value> = {};
  let residual = embedTokens(parameters, tokenId); // [B, d]
  let normed = rmsNorm(residual, norm(0), config.normEps);
  for (let i = 0; i < config.layers; i++) {
    scope(`layers.${i}`, () => {
      const attended = scope('attention', () => attendPacked(config, parameters, i, normed, attention));
      Object.assign(caches, attended.caches);
      const middle = skipRmsNorm(residual, attended.output, parameters.dense(`layers.${i}.mlp_norm`), config.normEps);
      ({ normed, sum: residual } = skipRmsNorm(
        middle.sum,
        swiGlu(parameters, `layers.${i}`, middle.normed),
        norm(i + 1),
        config.normEps,
      ));
    });
  }
  const drawn = drawToken(headLogits(config, parameters, normed), uniform, temperature);
  const column = (x: Value) => reshape(x, [rows, 1]);
  const graph = compile('decode', {
    [nextName('tokenId')]: drawn.tokenId,
    [nextName('position')]: add(position, 1),
    drawn: concat([column(cast(drawn.tokenId, 'float')), column(drawn.logProb)], 1),
    ...caches,
  });
  return { ...graph, inPlace: Object.keys(caches) };
}

/**
 * Prompts without their last token, int [B, promptLength - 1] -> caches of the whole capacity. Null for prompts of one
 * token.
 */
function prefillGraph(
  config: PolicyConfig,
  base: Parameters,
  layout: AdapterLayout,
  shape: SamplerShape,
): CompiledGraph | null {
  const length = shape.promptLength - 1;
  if (length === 0) return null;
  const caches = prefill(
    config,
    mergedParameters(config, base, layout),
    input('tokenIds', [shape.rows, length], 'int'),
  );
  const padded = Object.entries(caches).map(([name, cache]) => [name, pad(cache, 2, 0, capacityOf(shape) - length)]);
  return compile('prefill', Object.fromEntries(padded));
}

export const drawnName = (step: number): string => `drawn.${step}`;

/** Joins the draws of all steps, [B, 2 completionLength], so that a single read returns them. */
function collectGraph({ rows, completionLength }: SamplerShape): CompiledGraph {
  const steps = Array.from({ length: completionLength }, (_, t) => input(drawnName(t), [rows, 2]));
  return compile('collect', { drawn: concat(steps, 1) });
}

export interface GpuDecodeGraphs {
  readonly merge: CompiledGraph;
  readonly prefill: CompiledGraph | null;
  readonly decode: CompiledGraph;
  readonly collect: CompiledGraph;
}

/** The graphs of a rollout. UsageError for a head size that the fused attention cannot rotate. */
export function gpuDecodeGraphs(
  config: PolicyConfig,
  base: Parameters,
  layout: AdapterLayout,
  shape: SamplerShape,
): GpuDecodeGraphs {
  assert(
    headSize(config) % 16 === 0,
    `heads: on the GPU the head size must be a multiple of 16, not ${headSize(config)}`,
  );
  return {
    merge: mergeGraph(config, base, layout),
    prefill: prefillGraph(config, base, layout, shape),
    decode: decodeGraph(config, base, layout, shape),
    collect: collectGraph(shape),
  };
}
