/**
 * @file Decoding in few GPU dispatches: the adapter is merged into dense weights once per rollout; queries, keys and
 * values come from one product; attention writes its cache in place; token and position are outputs that the next step
 * takes as inputs.
 */
import {
  cast,
  concat,
  constant,
  gather,
  groupQueryAttention,
  input,
  pad,
  reshape,
  rmsNorm,
  scope,
  skipRmsNorm,
  type Value,
} from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import { assert } from '../lib/assert.ts';
import { headSize, type PolicyConfig } from './config.ts';
import { cacheName, cacheNames, prefill, stepInputs } from './decode.ts';
import { embedTokens } from './embed.ts';
import { type MergedParameters, mergedParameters, mergeGraph } from './gpuMerge.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';
import { pairTables } from './rope.ts';
import { drawToken } from './sampling.ts';
import { capacityOf, type SamplerShape } from './sampler.ts';
import { headLogits, swiGlu } from './transformer.ts';

/** Output names must differ from those of the inputs that they replace. */
export const nextName = (name: string): string => `next.${name}`;

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

/** Position after each one; a full row that rests while others draw stays at the last. */
const following = (capacity: number): Value =>
  constant(
    Int32Array.from({ length: capacity }, (_, position) => Math.min(position + 1, capacity - 1)),
    [capacity],
    'int',
  );

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
    [nextName('position')]: gather(following(capacity), position),
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

/** Joins the draws of all steps, [B, 2 completionLength], so that a single read returns them. */
function collectGraph({ rows, completionLength }: SamplerShape): CompiledGraph {
  const steps = Array.from({ length: completionLength }, (_, t) => input(drawnName(t), [rows, 2]));
  return compile('collect', { drawn: concat(steps, 1) });
}

/** Caches and parent int [B] -> caches whose row i is the former row parent[i]. */
export function forkGraph(config: PolicyConfig, shape: SamplerShape): CompiledGraph {
  const parent = input('parent', [shape.rows], 'int');
  const size = [shape.rows, config.kvHeads, capacityOf(shape), headSize(config)];
  const copies = cacheNames(config).map((name) => [nextName(name), gather(input(name, size), parent)]);
  return compile('fork', Object.fromEntries(copies));
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
