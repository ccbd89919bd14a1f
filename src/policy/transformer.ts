/** @file The policy: a decoder over whole sequences of embeddings, for scoring, gradients and prefill. */
import {
  add,
  constant,
  einsum,
  type EinsumKernel,
  less,
  matmul,
  reshape,
  scope,
  sizeOf,
  softmax,
  transpose,
  type Value,
  where,
} from '../engine/graph/index.ts';
import { feedForward, isLocal, joining, normed, projected, scaledEmbeddings } from './layerParts.ts';
import { headSize, type PolicyConfig, queryDim } from './config.ts';
import type { Parameters } from './parameters.ts';
import { type Rotation, rotation } from './rope.ts';

/** Added to the attention scores of hidden positions. */
export const HIDDEN = -1e9;

/** Input of the layers. */
export interface Sequences {
  /** Embeddings [B, T, d], or [T, d] of one sequence. */
  readonly x: Value;
  /** Positions int [B, T] or [T], below `maxSequence`; 0..T-1 if absent. */
  readonly positions?: Value;
  /** Bool [T, T], [B, T, T] or [B, 1, T, T]: whether the row's position sees the column's; causal if absent. */
  readonly visible?: Value;
}

export interface Forward {
  /** Output of the last norm [B * T, d]. */
  readonly hidden: Value;
  /** Keys (rotated) and values of each layer, [B, kvHeads, T, headSize], or without the first axis. */
  readonly caches: readonly { readonly keys: Value; readonly values: Value }[];
}

/** [T, T], 0 on and below the diagonal, down to `window` positions. */
function causalMask(length: number, window: number): Value {
  const mask = new Float64Array(length * length).fill(HIDDEN);
  for (let i = 0; i < length; i++) mask.fill(0, i * length + Math.max(0, i + 1 - window), i * length + i + 1);
  return constant(mask, [length, length]);
}

/** Added to attention scores [B, H, T, T], or [H, T, T] of one sequence; a position sees the last `window`. */
function maskOf({ x, visible, positions }: Sequences, window = Infinity): Value {
  const length = x.shape.at(-2) as number;
  const isBatch = visible?.shape.length === 3;
  if (!visible) return causalMask(length, window);
  const mask = where(isBatch ? reshape(visible, [-1, 1, length, length]) : visible, 0, HIDDEN);
  if (window === Infinity || !positions) return mask;
  const rows = visible.shape.length > 2 ? [-1, 1] : [];
  const end = add(reshape(positions, [...rows, 1, length]), window);
  return where(less(reshape(positions, [...rows, length, 1]), end), mask, HIDDEN);
}

/** Rotation of the rows [B * T]. */
function rotationOf(config: PolicyConfig, { x, positions }: Sequences, isLocalLayer: boolean): Rotation {
  return positions
    ? rotation(config, config.maxSequence, positions, isLocalLayer)
    : rotation(config, x.shape.at(-2) as number, undefined, isLocalLayer);
}

/** softmax(queries keys' + mask) values over the rows of each sequence, [..., T, heads, hd]. */
function attend(queries: Value, keys: Value, values: Value, mask: Value, kernel: EinsumKernel): Value {
  const [heads, size] = queries.shape.slice(-2) as [number, number];
  const [length, kvHeads] = keys.shape.slice(-3) as [number, number];
  const isGrouped = kvHeads < heads;
  const isBatch = queries.shape.length === 4;
  const b = isBatch ? 'b' : '';
  // Query heads that share keys form groups (g) of r heads.
  const head = isGrouped ? 'gr' : 'g';
  const scores = einsum(
    `${b}q${head}d,${b}kgd->${b}${head}qk`,
    isGrouped ? reshape(queries, [...queries.shape.slice(0, -2), kvHeads, heads / kvHeads, size]) : queries,
    keys,
    kernel,
  );
  const weights = softmax(add(scores, isGrouped && isBatch ? reshape(mask, [-1, 1, 1, length, length]) : mask));
  return einsum(`${b}${head}qk,${b}kgd->${b}q${head}d`, weights, values, kernel);
}

/** Logits of hidden states [n, d] -> [n, V]. */
export function headLogits(config: PolicyConfig, parameters: Parameters, hidden: Value): Value {
  return scope('head', () =>
    config.tiedHead ? matmul(hidden, transpose(parameters.dense('embedding'))) : parameters.linear('head', hidden),
  );
}

interface AttentionInputs {
  readonly x: Value;
  /** [B, T], or [T] of one sequence. */
  readonly rows: readonly number[];
  readonly mask: Value;
  readonly rotation: Rotation;
}

function attention(
  config: PolicyConfig,
  parameters: Parameters,
  layer: string,
  { x, rows, mask, rotation: turned }: AttentionInputs,
) {
  const part = (name: 'q' | 'k' | 'v') => projected(config, parameters, layer, name, x);
  const heads = (v: Value) => reshape(v, [...rows, -1, headSize(config)]);
  const queries = heads(turned.queries(part('q')));
  const keys = heads(turned.keys(part('k'))); // [..., T, kvHeads, hd]
  const values = heads(part('v'));
  const attended = attend(queries, keys, values, mask, parameters.fewNodes ? 'einsum' : 'matmul');
  const joined = reshape(attended, [x.shape[0] as number, queryDim(config)]);
  const cached = (v: Value) => transpose(v, rows.length > 1 ? [0, 2, 1, 3] : [1, 0, 2]);
  return { output: parameters.linear(`${layer}.o`, joined), keys: cached(keys), values: cached(values) };
}

/**
 * Runs embeddings through all layers. Rows may be padded on the right: by default a position sees only itself and those
 * before it.
 */
export function forward(config: PolicyConfig, parameters: Parameters, sequences: Sequences): Forward {
  const rows = sequences.x.shape.slice(0, -1);
  const { localAttention } = config;
  const surroundings = (local: boolean) => ({
    mask: maskOf(sequences, local ? localAttention?.window : Infinity),
    rotation: rotationOf(config, sequences, local),
  });
  const whole = surroundings(false);
  const near = localAttention && surroundings(true);
  const caches: { keys: Value; values: Value }[] = [];
  let x = scaledEmbeddings(config, reshape(sequences.x, [sizeOf(rows), config.dim]));
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    x = scope(layer, () => {
      const seen = near && isLocal(config, i) ? near : whole;
      const inputs = { x: normed(config, parameters, `${layer}.attention_norm`, x), rows, ...seen };
      const { output, keys, values } = scope('attention', () => attention(config, parameters, layer, inputs));
      caches.push({ keys, values });
      const attended = add(x, joining(config, parameters, layer, 'attention', output));
      const fed = feedForward(config, parameters, layer, normed(config, parameters, `${layer}.mlp_norm`, attended));
      return add(attended, joining(config, parameters, layer, 'mlp', fed));
    });
  }
  return { hidden: normed(config, parameters, 'norm', x), caches };
}
