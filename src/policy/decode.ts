/**
 * @file One decoding step over a cache that the caller keeps: the graph takes the caches and returns only the new keys
 * and values.
 */
import {
  add,
  concat,
  constant,
  einsum,
  input,
  lessOrEqual,
  matmul,
  mul,
  reduceSum,
  reshape,
  scope,
  slice,
  softmax,
  type Value,
  where,
} from '../engine/graph/index.ts';
import { feedForward, isLocal, joining, normed, projected, scaledEmbeddings } from './layerParts.ts';
import { headSize, kvDim, type PolicyConfig, queryDim } from './config.ts';
import { embedTokens } from './embed.ts';
import type { Parameters } from './parameters.ts';
import { rotation } from './rope.ts';
import { temperedLogProbs } from './sampling.ts';
import { forward, headLogits, HIDDEN } from './transformer.ts';

/** Inputs of a step: the last token of each row, its position, and a uniform number to draw the next one with. */
export interface StepInputs {
  readonly tokenId: Value;
  readonly position: Value;
  readonly uniform: Value;
  readonly temperature: Value;
}

export const stepInputs = (rows: number): StepInputs => ({
  tokenId: input('tokenId', [rows], 'int'),
  position: input('position', [rows], 'int'),
  uniform: input('uniform', [rows]),
  temperature: input('temperature', []),
});

export const cacheName = (layer: number, kind: 'keys' | 'values'): string => `cache.${layer}.${kind}`;

export const cacheNames = ({ layers }: PolicyConfig): string[] =>
  Array.from({ length: layers }, (_, i) => [cacheName(i, 'keys'), cacheName(i, 'values')]).flat();

interface Past {
  /** [B, kvHeads, capacity, headSize]. */
  readonly keys: Value;
  readonly values: Value;
  /** [B, 1, 1, capacity]: 0 for cached positions before the row's own, HIDDEN beyond. */
  readonly mask: Value;
}

/** Attention of one token a row over the cache and over itself. q [B, kv, r, hd], k and v [B, kv, 1, hd]. */
function attendStep(q: Value, k: Value, v: Value, past: Past): Value {
  const capacity = past.keys.shape[2] as number;
  const cached = add(einsum('bgrd,bgkd->bgrk', q, past.keys, 'matmul'), past.mask);
  const own = reduceSum(mul(q, k), { axes: -1, keepDims: true });
  const weights = softmax(concat([cached, own], 3));
  const fromPast = matmul(slice(weights, 3, 0, capacity), past.values);
  return add(fromPast, mul(slice(weights, 3, capacity, capacity + 1), v));
}

/** 0 for the cached positions that a row sees, those before its own and within its window; HIDDEN for others. */
function pastMask(position: Value, capacity: number, window?: number): Value {
  const slots = constant(
    Int32Array.from({ length: capacity }, (_, i) => i),
    [1, capacity],
    'int',
  );
  const own = reshape(position, [-1, 1]);
  const later = where(lessOrEqual(own, slots), HIDDEN, 0);
  const mask = window === undefined ? later : where(lessOrEqual(add(slots, window), own), HIDDEN, later);
  return reshape(mask, [-1, 1, 1, capacity]);
}

/**
 * The decoding step of `rows` rows with a cache of `capacity` positions. Outputs: logDistribution [B, V], the tempered
 * log-probability of each next token, and fresh [B, 2 layers kvDim], the new keys and values layer by layer.
 */
export function decodeStep(
  config: PolicyConfig,
  parameters: Parameters,
  inputs: StepInputs,
  capacity: number,
): { logDistribution: Value; fresh: Value } {
  const rows = inputs.tokenId.shape[0] as number;
  const size = headSize(config);
  const { kvHeads } = config;
  const { localAttention } = config;
  const surroundings = (local: boolean) => ({
    turned: rotation(config, capacity, inputs.position, local),
    mask: pastMask(inputs.position, capacity, local ? localAttention?.window : undefined),
  });
  const whole = surroundings(false);
  const near = localAttention && surroundings(true);
  const fresh: Value[] = [];
  let x = scaledEmbeddings(config, embedTokens(parameters, inputs.tokenId)); // [B, d]
  for (let i = 0; i < config.layers; i++) {
    const layer = `layers.${i}`;
    x = scope(layer, () => {
      const { turned, mask } = near && isLocal(config, i) ? near : whole;
      const shape = [rows, kvHeads, capacity, size];
      const past = { keys: input(cacheName(i, 'keys'), shape), values: input(cacheName(i, 'values'), shape), mask };
      const before = normed(config, parameters, `${layer}.attention_norm`, x);
      const part = (name: 'q' | 'k' | 'v') => projected(config, parameters, layer, name, before);
      const heads = (v: Value, group: number) => reshape(v, [rows, kvHeads, group, size]);
      const q = heads(turned.queries(part('q')), config.heads / kvHeads);
      const k = heads(turned.keys(part('k')), 1);
      const v = heads(part('v'), 1);
      fresh.push(reshape(k, [rows, kvDim(config)]), reshape(v, [rows, kvDim(config)]));
      const seen = parameters.linear(`${layer}.o`, reshape(attendStep(q, k, v, past), [rows, queryDim(config)]));
      const attended = add(x, joining(config, parameters, layer, 'attention', seen));
      const fed = feedForward(config, parameters, layer, normed(config, parameters, `${layer}.mlp_norm`, attended));
      return add(attended, joining(config, parameters, layer, 'mlp', fed));
    });
  }
  const logits = headLogits(config, parameters, normed(config, parameters, 'norm', x));
  return { logDistribution: temperedLogProbs(logits, inputs.temperature), fresh: concat(fresh, 1) };
}

/** Keys and values of whole prompts, token ids int [B, P], by cache name, each [B, kvHeads, P, headSize]. */
export function prefill(config: PolicyConfig, parameters: Parameters, tokenIds: Value): Record<string, Value> {
  const { caches } = forward(config, parameters, { x: embedTokens(parameters, tokenIds) });
  return Object.fromEntries(
    caches.flatMap(({ keys, values }, i) => [
      [cacheName(i, 'keys'), keys],
      [cacheName(i, 'values'), values],
    ]),
  );
}
