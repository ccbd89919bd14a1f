/**
 * @file Decoding in few GPU dispatches: the adapter is merged into dense weights once a rollout, queries, keys and
 * values come from one product, attention writes its cache in place, and the next token and position are outputs that
 * the next step takes as inputs.
 */
import {
  add,
  cast,
  concat,
  groupQueryAttention,
  input,
  matmul,
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
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';
import { pairTables } from './rope.ts';
import { drawToken } from './sampling.ts';
import type { SamplerShape } from './sampler.ts';
import { headLogits, swiGlu } from './transformer.ts';

/** Linear weights that share one dense matrix, side by side. */
interface Merged {
  readonly name: string;
  /** Weights in the order of their columns, with their first and last-plus-one column. */
  readonly columns: ReadonlyMap<string, readonly [number, number]>;
  /** [in, out of all parts]. */
  readonly shape: readonly [number, number];
}

/** The key, value or query weights of a layer are one group; every other linear weight is its own. */
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
function mergeGraph(config: PolicyConfig, base: Parameters, set: ParameterSet): CompiledGraph {
  const effective = set.merged(base, input('adapter', [set.size]));
  const outputs = [
    ...mergedGroups(config, set).map(
      ({ name, columns }) => [name, concat([...columns.keys()].map(effective), 1)] as const,
    ),
    ...mergedOthers(config, set).map(({ name }) => [otherName(name), effective(name)] as const),
  ];
  return compile('merge', Object.fromEntries(outputs));
}

/** A policy whose adapted weights are fed, and one product for a layer's queries, keys and values. */
interface MergedParameters extends Parameters {
  /** x [n, d] -> [n, (heads + 2 kvHeads) headSize]. */
  qkv(layer: number, x: Value): Value;
}

function mergedParameters(config: PolicyConfig, base: Parameters, set: ParameterSet): MergedParameters {
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

/** The position of the last token that is fed, plus one: the last token that is drawn never enters the cache. */
export const capacityOf = ({ promptLength, completionLength }: SamplerShape): number =>
  promptLength + completionLength - 1;

/** Outputs are named apart from the inputs that they replace. */
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
function decodeGraph(config: PolicyConfig, base: Parameters, set: ParameterSet, shape: SamplerShape): CompiledGraph {
  const { rows } = shape;
  const parameters = mergedParameters(config, base, set);
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
 * Prompts without their last token, int [B, promptLength - 1] -> caches of the whole capacity. Null where prompts are
 * one token.
 */
function prefillGraph(
  config: PolicyConfig,
  base: Parameters,
  set: ParameterSet,
  shape: SamplerShape,
): CompiledGraph | null {
  const length = shape.promptLength - 1;
  if (length === 0) return null;
  const caches = prefill(config, mergedParameters(config, base, set), input('tokenIds', [shape.rows, length], 'int'));
  const padded = Object.entries(caches).map(([name, cache]) => [name, pad(cache, 2, 0, capacityOf(shape) - length)]);
  return compile('prefill', Object.fromEntries(padded));
}

export const drawnName = (step: number): string => `drawn.${step}`;

/** What all steps drew, side by side, so that one read takes all: [B, 2 completionLength]. */
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

/** The graphs of a rollout. Throws UsageError for a head size that the fused attention cannot rotate. */
export function gpuDecodeGraphs(
  config: PolicyConfig,
  base: Parameters,
  set: ParameterSet,
  shape: SamplerShape,
): GpuDecodeGraphs {
  assert(
    headSize(config) % 16 === 0,
    `heads: on the GPU the head size must be a multiple of 16, not ${headSize(config)}`,
  );
  return {
    merge: mergeGraph(config, base, set),
    prefill: prefillGraph(config, base, set, shape),
    decode: decodeGraph(config, base, set, shape),
    collect: collectGraph(shape),
  };
}
