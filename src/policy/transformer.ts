/** @file The policy: a Llama-style decoder over whole sequences of embeddings, for scoring, gradients and prefill. */
import {
  add,
  constant,
  expand,
  gather,
  matmul,
  mul,
  reshape,
  rmsNorm,
  scope,
  silu,
  softmax,
  transpose,
  type Value,
  where,
} from '../engine/graph/index.ts';
import { headSize, type PolicyConfig } from './config.ts';
import type { Parameters } from './parameters.ts';
import { rotaryTables, type RotaryTables, rotate } from './rope.ts';

/** Added to the attention scores of hidden positions. */
export const HIDDEN = -1e9;

/** Input of the layers. */
export interface Sequences {
  /** Embeddings [B, T, d]. */
  readonly x: Value;
  /** Positions int [B, T], below `maxSequence`; 0..T-1 if absent. */
  readonly positions?: Value;
  /** Bool [T, T] or [B, T, T]: whether the row's position sees the column's; causal if absent. */
  readonly visible?: Value;
}

export interface Forward {
  /** Output of the last norm [B * T, d]. */
  readonly hidden: Value;
  /** Keys (rotated) and values of each layer, [B, kvHeads, T, headSize]. */
  readonly caches: readonly { readonly keys: Value; readonly values: Value }[];
}

/** [T, T], 0 on and below the diagonal. */
function causalMask(length: number): Value {
  const mask = new Float64Array(length * length);
  for (let i = 0; i < length; i++) mask.fill(HIDDEN, i * length + i + 1, (i + 1) * length);
  return constant(mask, [length, length]);
}

/** Added to attention scores [B, H, T, T]. */
function maskOf({ x, visible }: Sequences): Value {
  const length = x.shape[1] as number;
  return visible ? where(reshape(visible, [-1, 1, length, length]), 0, HIDDEN) : causalMask(length);
}

/** Tables that broadcast against heads [B, H, T, hd]. */
function rotaryOf(config: PolicyConfig, { x, positions }: Sequences): RotaryTables {
  const [batch, length] = x.shape as [number, number];
  if (!positions) return rotaryTables(config, length);
  const { cosines, sines, turn } = rotaryTables(config, config.maxSequence);
  const at = (table: Value) => reshape(gather(table, positions), [batch, 1, length, headSize(config)]);
  return { cosines: at(cosines), sines: at(sines), turn };
}

/** Key or value heads [B, kv, T, hd] repeated for each query head of their group, [B, H, T, hd]. */
function repeatHeads(x: Value, heads: number): Value {
  const [batch, kvHeads, length, size] = x.shape as [number, number, number, number];
  if (kvHeads === heads) return x;
  const repeats = heads / kvHeads;
  return reshape(expand(reshape(x, [batch, kvHeads, 1, length, size]), [batch, kvHeads, repeats, length, size]), [
    batch,
    heads,
    length,
    size,
  ]);
}

/** The feed-forward of a block: (silu(x Wg) * x Wu) Wd, x [n, d]. */
export function swiGlu(parameters: Parameters, layer: string, x: Value): Value {
  return scope('mlp', () =>
    parameters.linear(
      `${layer}.down`,
      mul(silu(parameters.linear(`${layer}.gate`, x)), parameters.linear(`${layer}.up`, x)),
    ),
  );
}

/** Logits of hidden states [n, d] -> [n, V]. */
export function headLogits(config: PolicyConfig, parameters: Parameters, hidden: Value): Value {
  return scope('head', () =>
    config.tiedHead ? matmul(hidden, transpose(parameters.dense('embedding'))) : parameters.linear('head', hidden),
  );
}

interface AttentionInputs {
  readonly x: Value;
  readonly batch: number;
  readonly mask: Value;
  readonly rotary: RotaryTables;
}

function attention(
  config: PolicyConfig,
  parameters: Parameters,
  layer: string,
  { x, batch, mask, rotary }: AttentionInputs,
) {
  const size = headSize(config);
  const length = (x.shape[0] as number) / batch;
  const heads = (name: string, count: number) =>
    transpose(reshape(parameters.linear(`${layer}.${name}`, x), [batch, length, count, size]), [0, 2, 1, 3]);
  const turned = (v: Value) => rotate(v, rotary.cosines, rotary.sines, rotary.turn);
  const queries = turned(heads('q', config.heads)); // [B, H, T, hd]
  const keys = turned(heads('k', config.kvHeads));
  const values = heads('v', config.kvHeads);
  const scores = mul(matmul(queries, transpose(repeatHeads(keys, config.heads))), 1 / Math.sqrt(size)); // [B, H, T, T]
  const attended = matmul(softmax(add(scores, mask)), repeatHeads(values, config.heads));
  const joined = reshape(transpose(attended, [0, 2, 1, 3]), [batch * length, config.dim]);
  return { output: parameters.linear(`${layer}.o`, joined), keys, values };
}

/**
 * Runs embeddings through all layers. Rows may be padded on the right: by default a position sees only itself and those
 * before it.
 */
export function forward(config: PolicyConfig, parameters: Parameters, sequences: Sequences): Forward {
  const [batch, length] = sequences.x.shape as [number, number];
  const mask = maskOf(sequences);
  const rotary = rotaryOf(config, sequences);
  const caches: { keys: Value; values: Value }[] = [];
  let x = reshape(sequences.x, [batch * length, config.dim]);
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    x = scope(layer, () => {
      const normed = rmsNorm(x, parameters.dense(`${layer}.attention_norm`), config.normEps);
      const { output, keys, values } = scope('attention', () =>
        attention(config, parameters, layer, { x: normed, batch, mask, rotary }),
      );
      caches.push({ keys, values });
      const attended = add(x, output);
      return add(
        attended,
        swiGlu(parameters, layer, rmsNorm(attended, parameters.dense(`${layer}.mlp_norm`), config.normEps)),
      );
    });
  }
  return { hidden: rmsNorm(x, parameters.dense('norm'), config.normEps), caches };
}
