/** @file Parts of a layer in which architectures differ, alike for whole sequences and for decoding. */
import { add, concat, mul, reshape, rmsNorm, scope, silu, slice, tanh, type Value } from '../engine/graph/index.ts';
import { headSize, kvDim, type PolicyConfig, queryDim } from './config.ts';
import type { Parameters } from './parameters.ts';

/** GELU by its tanh approximation, 0.5 x (1 + tanh(sqrt(2 / pi) (x + 0.044715 x^3))) (arXiv 1606.08415). */
function geluTanh(x: Value): Value {
  const inner = mul(x, add(mul(mul(x, x), Math.sqrt(2 / Math.PI) * 0.044715), Math.sqrt(2 / Math.PI)));
  return mul(mul(x, 0.5), add(tanh(inner), 1));
}

/** The activation of a feed-forward's gate. */
export const gateActivation = ({ activation }: PolicyConfig): ((gate: Value) => Value) =>
  activation === 'geluTanh' ? geluTanh : silu;

/** The feed-forward of a block: (act(x Wg) * x Wu) Wd, x [n, d]. */
export function feedForward(config: PolicyConfig, parameters: Parameters, layer: string, x: Value): Value {
  return scope('mlp', () => {
    const gate = gateActivation(config)(parameters.linear(`${layer}.gate`, x));
    return parameters.linear(`${layer}.down`, mul(gate, parameters.linear(`${layer}.up`, x)));
  });
}

type Part = 'q' | 'k' | 'v';

/** RMSNorm of every head of x [n, heads hd] (arXiv 2302.05442). */
function normedHeads(config: PolicyConfig, weight: Value, x: Value): Value {
  return reshape(rmsNorm(reshape(x, [-1, headSize(config)]), weight, config.normEps), x.shape);
}

/** Queries, keys or values [n, heads hd] of rows x [n, d], before the rotation. */
export function projected(config: PolicyConfig, parameters: Parameters, layer: string, part: Part, x: Value): Value {
  const product = parameters.linear(`${layer}.${part}`, x);
  const biased = config.qkvBias ? add(product, parameters.dense(`${layer}.${part}_bias`)) : product;
  return config.qkNorm && part !== 'v'
    ? normedHeads(config, parameters.dense(`${layer}.${part}_norm`), biased)
    : biased;
}

/** The same of all three side by side, from their product x W [n, (heads + 2 kvHeads) hd]. */
export function packedProjection(config: PolicyConfig, parameters: Parameters, layer: string, product: Value): Value {
  const vector = (name: string) => parameters.dense(`${layer}.${name}`);
  const biased = config.qkvBias
    ? add(product, concat([vector('q_bias'), vector('k_bias'), vector('v_bias')], 0))
    : product;
  if (!config.qkNorm) return biased;
  const ends = [queryDim(config), queryDim(config) + kvDim(config)] as const;
  return concat(
    [
      normedHeads(config, vector('q_norm'), slice(biased, 1, 0, ends[0])),
      normedHeads(config, vector('k_norm'), slice(biased, 1, ...ends)),
      slice(biased, 1, ends[1], product.shape[1] as number),
    ],
    1,
  );
}

/** The norm of weight `name`, x [n, d]. */
export const normed = (config: PolicyConfig, parameters: Parameters, name: string, x: Value): Value =>
  rmsNorm(x, parameters.dense(name), config.normEps);

/** The output of a layer's attention or feed-forward as it joins the residual stream, [n, d]. */
export const joining = (
  config: PolicyConfig,
  parameters: Parameters,
  layer: string,
  part: 'attention' | 'mlp',
  x: Value,
): Value => (config.postNorms ? normed(config, parameters, `${layer}.${part}_post_norm`, x) : x);

/** Embeddings [..., d] as the first layer takes them. */
export const scaledEmbeddings = ({ embeddingScale }: PolicyConfig, x: Value): Value =>
  embeddingScale === undefined ? x : mul(x, embeddingScale);

/** Whether a layer sees only the window of `localAttention`. */
export const isLocal = ({ localAttention }: PolicyConfig, layer: number): boolean =>
  localAttention?.layers.includes(layer) ?? false;
