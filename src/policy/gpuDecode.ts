/**
 * @file Decoding in few GPU dispatches: the adapter is merged into dense weights once per rollout; queries, keys and
 * values come from one product; attention writes its cache in place, and the drawn token replaces the fed one.
 */
import {
  argMax,
  expand,
  gather,
  groupQueryAttention,
  input,
  mul,
  pad,
  reshape,
  rmsNorm,
  scope,
  siluGate,
  skipRmsNorm,
  type Value,
} from '../engine/graph/index.ts';
import { type CompiledGraph, compile } from '../engine/onnx/compile.ts';
import { assert } from '../lib/assert.ts';
import { gateActivation, isLocal, joining, packedProjection, scaledEmbeddings } from './layerParts.ts';
import { headSize, type PolicyConfig, queryDim } from './config.ts';
import { cacheName, cacheNames, prefill } from './decode.ts';
import { embedTokens } from './embed.ts';
import { drawOnGpu } from './gpuDraw.ts';
import { denseGraph, type MergedParameters, mergedParameters, mergeGraph } from './gpuMerge.ts';
import type { Parameters } from './parameters.ts';
import type { ParameterSet } from './parameterSet.ts';
import { pairTables } from './rope.ts';
import { capacityOf, type SamplerShape } from './sampler.ts';
import { headLogits } from './transformer.ts';

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
  const qkv = reshape(packedProjection(config, parameters, `layers.${layer}`, parameters.qkv(layer, normed)), [
    rows,
    1,
    -1,
  ]);
  const caches = [input(cacheName(layer, 'keys'), shape), input(cacheName(layer, 'values'), shape)] as const;
  const { attended, keyCache, valueCache } = groupQueryAttention(qkv, ...caches, position, rotary, {
    heads,
    kvHeads,
    capacity,
    interleaved: config.ropeInterleaved,
  });
  const output = parameters.linear(`layers.${layer}.o`, reshape(attended, [rows, queryDim(config)]));
  return {
    output: joining(config, parameters, `layers.${layer}`, 'attention', output),
    caches: { [nextName(cacheName(layer, 'keys'))]: keyCache, [nextName(cacheName(layer, 'values'))]: valueCache },
  };
}

/** The feed-forward of a block as it joins the residual stream; x [n, d]. */
function feedForward(config: PolicyConfig, parameters: MergedParameters, layer: string, x: Value): Value {
  const [up, gate] = ['up', 'gate'].map((name) => parameters.linear(`${layer}.${name}`, x)) as [Value, Value];
  const gated = config.activation ? mul(up, gateActivation(config)(gate)) : siluGate(up, gate);
  return joining(config, parameters, layer, 'mlp', parameters.linear(`${layer}.down`, gated));
}

/**
 * One token for every row. Inputs: tokenId int64 [B, 1], position int [B], threshold [B, 1], temperature, the caches
 * and the merged weights. Outputs: next.tokenId, its probability [B, 1], and the caches; all but the probability in
 * place.
 */
function decodeGraph(config: PolicyConfig, base: Parameters, set: ParameterSet, shape: SamplerShape): CompiledGraph {
  const { rows } = shape;
  const parameters = mergedParameters(config, base, set);
  const position = input('position', [rows], 'int');
  const capacity = capacityOf(shape);
  const tables = { whole: pairTables(config, capacity), near: pairTables(config, capacity, 1, true) };
  const norm = (layer: number) => parameters.dense(layer < config.layers ? `layers.${layer}.attention_norm` : 'norm');
  const caches: Record<string, Value> = {};
  const embedded = embedTokens(parameters, input('tokenId', [rows, 1], 'int64'));
  let residual = scaledEmbeddings(config, reshape(embedded, [rows, config.dim]));
  let normed = rmsNorm(residual, norm(0), config.normEps);
  for (let i = 0; i < config.layers; i++) {
    scope(`layers.${i}`, () => {
      const rotary = isLocal(config, i) ? tables.near : tables.whole;
      const attended = scope('attention', () =>
        attendPacked(config, parameters, i, normed, { position, rotary, capacity }),
      );
      Object.assign(caches, attended.caches);
      const middle = skipRmsNorm(residual, attended.output, parameters.dense(`layers.${i}.mlp_norm`), config.normEps);
      ({ normed, sum: residual } = skipRmsNorm(
        middle.sum,
        feedForward(config, parameters, `layers.${i}`, middle.normed),
        norm(i + 1),
        config.normEps,
      ));
    });
  }
  const logits = headLogits(config, parameters, normed);
  const { tokenId, probability } = drawOnGpu(logits, input('threshold', [rows, 1]), input('temperature', []));
  const replaced = { [nextName('tokenId')]: tokenId, ...caches };
  const graph = compile('decode', { ...replaced, probability });
  return { ...graph, inPlace: Object.keys(replaced), capture: { fixed: 'all' } };
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
  const graph = compile('prefill', Object.fromEntries(padded));
  return { ...graph, capture: { fixed: graph.inputs.map(({ name }) => name).filter((name) => name !== 'tokenIds') } };
}

/** Zeros for everything that a step writes. A recorded step can only write into memory of ONNX Runtime. */
function memoryGraph(config: PolicyConfig, shape: SamplerShape): CompiledGraph {
  const zero = input('zero', [1]);
  const column = expand(zero, [shape.rows, 1]);
  const cache = expand(zero, [shape.rows, config.kvHeads, capacityOf(shape), headSize(config)]);
  const caches = cacheNames(config).map((name) => [name, cache] as const);
  const outputs = { tokenId: argMax(column), probability: column, ...Object.fromEntries(caches) };
  return { ...compile('memory', outputs), ownsOutputs: true };
}

/** Caches and parent int [B] -> caches whose row i is the former row parent[i]. */
export function forkGraph(config: PolicyConfig, shape: SamplerShape): CompiledGraph {
  const parent = input('parent', [shape.rows], 'int');
  const size = [shape.rows, config.kvHeads, capacityOf(shape), headSize(config)];
  const copies = cacheNames(config).map((name) => [nextName(name), gather(input(name, size), parent)]);
  return compile('fork', Object.fromEntries(copies));
}

export interface GpuDecodeGraphs {
  readonly dense: CompiledGraph | null;
  readonly merge: CompiledGraph;
  readonly prefill: CompiledGraph | null;
  readonly decode: CompiledGraph;
  readonly memory: CompiledGraph;
}

/** The graphs of a rollout. UsageError for a head size or a window that the fused attention cannot compute. */
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
  const window = config.localAttention?.window ?? Infinity;
  assert(
    capacityOf(shape) <= window,
    `localAttention: on the GPU a window must hold all positions; it has ${window} of ${capacityOf(shape)}`,
  );
  return {
    dense: denseGraph(config, base, set),
    merge: mergeGraph(config, set),
    prefill: prefillGraph(config, base, set, shape),
    decode: decodeGraph(config, base, set, shape),
    memory: memoryGraph(config, shape),
  };
}
