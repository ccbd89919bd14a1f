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

/** Shared by all blocks of a pass. */
export interface BlockContext {
  /** [B, T], or [T] of one sequence. */
  readonly rows: readonly number[];
  readonly rotation: Rotation;
  /** Values [..., heads, hd] that the queries [..., heads, hd] find with these keys and values [..., kvHeads, hd]. */
  attend(queries: Value, keys: Value, values: Value): Value;
}

/** The context of blocks over these sequences, for layers with local attention or without. */
export function blockContext(
  config: PolicyConfig,
  sequences: Sequences,
  kernel: EinsumKernel,
  isLocalLayer: boolean,
): BlockContext {
  const mask = maskOf(sequences, isLocalLayer ? config.localAttention?.window : Infinity);
  return {
    rows: sequences.x.shape.slice(0, -1),
    rotation: rotationOf(config, sequences, isLocalLayer),
    attend: (queries, keys, values) => attend(queries, keys, values, mask, kernel),
  };
}

/** The kernel of products in attention. */
export const kernelOf = ({ fewNodes }: Pick<Parameters, 'fewNodes'>): EinsumKernel => (fewNodes ? 'einsum' : 'matmul');

function attention(
  config: PolicyConfig,
  parameters: Parameters,
  layer: string,
  x: Value,
  { rows, rotation: turned, attend: attended }: BlockContext,
) {
  const part = (name: 'q' | 'k' | 'v') => projected(config, parameters, layer, name, x);
  const heads = (v: Value) => reshape(v, [...rows, -1, headSize(config)]);
  const queries = heads(turned.queries(part('q')));
  const keys = heads(turned.keys(part('k'))); // [..., T, kvHeads, hd]
  const values = heads(part('v'));
  const joined = reshape(attended(queries, keys, values), [x.shape[0] as number, queryDim(config)]);
  const cached = (v: Value) => transpose(v, rows.length > 1 ? [0, 2, 1, 3] : [1, 0, 2]);
  return { output: parameters.linear(`${layer}.o`, joined), keys: cached(keys), values: cached(values) };
}

/** One block: x [n, d] of all rows -> [n, d], and the keys and values of `Forward.caches`. */
export function block(config: PolicyConfig, parameters: Parameters, layer: string, x: Value, context: BlockContext) {
  return scope(layer, () => {
    const before = normed(config, parameters, `${layer}.attention_norm`, x);
    const { output, ...cache } = scope('attention', () => attention(config, parameters, layer, before, context));
    const attended = add(x, joining(config, parameters, layer, 'attention', output));
    const fed = feedForward(config, parameters, layer, normed(config, parameters, `${layer}.mlp_norm`, attended));
    return { x: add(attended, joining(config, parameters, layer, 'mlp', fed)), cache };
  });
}

/**
 * Runs embeddings through all layers. Rows may be padded on the right: by default a position sees only itself and those
 * before it.
 */
export function forward(config: PolicyConfig, parameters: Parameters, sequences: Sequences): Forward {
  const context = (isLocalLayer: boolean) => blockContext(config, sequences, kernelOf(parameters), isLocalLayer);
  const whole = context(false);
  const near = config.localAttention && context(true);
  const caches: { keys: Value; values: Value }[] = [];
  let x = scaledEmbeddings(config, reshape(sequences.x, [sizeOf(whole.rows), config.dim]));
  for (let i = 0; i < config.layers; i++) {
    const seen = near && isLocal(config, i) ? near : whole;
    const { x: next, cache } = block(config, parameters, `layers.${i}`, x, seen);
    caches.push(cache);
    x = next;
  }
  return { hidden: normed(config, parameters, 'norm', x), caches };
}
