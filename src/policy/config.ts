/** @file The architecture of a policy (a Llama-style decoder) and the names and shapes of its weights. */
import { z } from '../lib/zod.ts';
import { UsageError } from '../lib/assert.ts';

const size = (field: string, max: number) =>
  z
    .number({ error: `${field}: a number is needed` })
    .int(`${field}: a whole number is needed`)
    .min(1, `${field}: at least 1`)
    .max(max, `${field}: at most ${max}`);

const positive = (field: string, max: number) =>
  z
    .number({ error: `${field}: a number is needed` })
    .positive(`${field}: must be greater than 0`)
    .max(max, `${field}: at most ${max}`);

const flag = (field: string) => z.boolean({ error: `${field}: true or false is needed` });

/** Fields in which later architectures differ from Llama; absent, the policy is Llama's. */
const variants = {
  /** Width of one head, if it is not dim / heads. */
  headDim: size('headDim', 1 << 12).optional(),
  /** Queries, keys and values have biases (Qwen2, arXiv 2407.10671). */
  qkvBias: flag('qkvBias').optional(),
  /** Each head's queries and keys are normed before the rotation (Qwen3, arXiv 2505.09388). */
  qkNorm: flag('qkNorm').optional(),
  /** Stretches the long wavelengths of the rotation (Llama 3.1, arXiv 2407.21783, with the constants of its config). */
  ropeScaling: z
    .strictObject({
      factor: positive('ropeScaling.factor', 1e6),
      lowFrequency: positive('ropeScaling.lowFrequency', 1e6),
      highFrequency: positive('ropeScaling.highFrequency', 1e6),
      originalSequence: size('ropeScaling.originalSequence', 1 << 24),
    })
    .refine(({ lowFrequency, highFrequency }) => lowFrequency < highFrequency, {
      error: 'ropeScaling.highFrequency: must be greater than lowFrequency',
    })
    .optional(),
  /** Layers, by number, that see the last `window` positions and rotate with a base of their own (Gemma 3, arXiv 2503.19786). */
  localAttention: z
    .strictObject({
      window: size('localAttention.window', 1 << 20),
      ropeTheta: positive('localAttention.ropeTheta', 1e12),
      layers: z.array(z.number().int().min(0), { error: 'localAttention.layers: a list of layers is needed' }),
    })
    .optional(),
  /** The outputs of attention and feed-forward are normed before they join the residual stream (Gemma 2 and 3). */
  postNorms: flag('postNorms').optional(),
  /** Activation of the gate; SiLU if absent, else GELU by its tanh approximation (arXiv 1606.08415). */
  activation: z.literal('geluTanh', { error: 'activation: geluTanh, or none for SiLU' }).optional(),
  /** Factor of the embeddings at the input, not in a tied head. */
  embeddingScale: positive('embeddingScale', 1e6).optional(),
};

/**
 * Schema of `PolicyConfig`; every message starts with the field's name. Upper bounds protect against files that need
 * absurd memory or overflow numbers.
 */
export const policyConfigSchema = z
  .strictObject({
    vocabSize: size('vocabSize', 1 << 20),
    /** Width of the residual stream, d. */
    dim: size('dim', 1 << 16),
    layers: size('layers', 1024),
    /** Query heads. */
    heads: size('heads', 1024),
    /** Key and value heads; fewer than `heads` is grouped-query attention (arXiv 2305.13245). */
    kvHeads: size('kvHeads', 1024),
    /** Inner width of the SwiGLU feed-forward (arXiv 2002.05202). */
    hiddenDim: size('hiddenDim', 1 << 18),
    /** Most positions, prompt and completion together. */
    maxSequence: size('maxSequence', 1 << 20),
    /** Base of the rotary frequencies (arXiv 2104.09864). */
    ropeTheta: positive('ropeTheta', 1e12),
    /**
     * True: rotates adjacent pairs (2i, 2i+1), as llama2.c does; false: the two halves of a head (i, i + headSize/2).
     */
    ropeInterleaved: flag('ropeInterleaved'),
    normEps: positive('normEps', 1),
    /** True: the head is the transposed embedding, and there is no `head` weight. */
    tiedHead: flag('tiedHead'),
    ...variants,
  })
  .superRefine((config, context) => {
    const refuse = (field: string, message: string) =>
      context.addIssue({ code: 'custom', path: [field], message: `${field}: ${message}` });
    if (config.headDim !== undefined) {
      if (config.headDim % 2 !== 0) refuse('headDim', `${config.headDim} is odd; rotary positions need pairs`);
    } else if (config.dim % config.heads !== 0)
      refuse('dim', `${config.dim} is not divisible by heads (${config.heads})`);
    else if ((config.dim / config.heads) % 2 !== 0) {
      refuse('dim', `the head size ${config.dim / config.heads} (dim / heads) is odd; rotary positions need pairs`);
    }
    if (config.heads % config.kvHeads !== 0)
      refuse('kvHeads', `heads (${config.heads}) is not divisible by ${config.kvHeads}`);
  });

/** The architecture of a policy. */
export type PolicyConfig = z.infer<typeof policyConfigSchema>;

/** The checked configuration, or a UsageError that lists every field that is wrong. */
export function parsePolicyConfig(value: unknown): PolicyConfig {
  const result = policyConfigSchema.safeParse(value);
  if (!result.success)
    throw new UsageError(`policy config: ${result.error.issues.map((issue) => issue.message).join('; ')}`);
  return result.data;
}

/** Width of one head. */
export function headSize(config: PolicyConfig): number {
  return config.headDim ?? config.dim / config.heads;
}

/** Width of all queries of one position: heads * headSize. */
export function queryDim(config: PolicyConfig): number {
  return config.heads * headSize(config);
}

/** Width of all keys (or values) of one position: kvHeads * headSize. */
export function kvDim(config: PolicyConfig): number {
  return config.kvHeads * headSize(config);
}

/** A weight of the policy. `linear` ones are [in, out] (y = x W) and may be quantized, and the embedding by its rows; the others stay float32. */
export type WeightSpec =
  | { readonly name: string; readonly kind: 'linear' | 'embedding'; readonly shape: readonly [number, number] }
  | { readonly name: string; readonly kind: 'norm' | 'bias'; readonly shape: readonly [number] };

/** Shape [in, out] of a weight's blocks: those of an embedding lie along its rows. Null for one that stays float32. */
export function blockedShape({ kind, shape }: WeightSpec): readonly [number, number] | null {
  if (kind === 'linear') return shape;
  return kind === 'embedding' ? [shape[1], shape[0]] : null;
}

/** The name of the table of tokens' embeddings. */
export const EMBEDDING = 'embedding';

function layerWeights(config: PolicyConfig, layer: number): WeightSpec[] {
  const { dim, hiddenDim, qkvBias, qkNorm, postNorms } = config;
  const [queries, kv] = [queryDim(config), kvDim(config)];
  const linear = (name: string, input: number, output: number): WeightSpec => ({
    name: `layers.${layer}.${name}`,
    shape: [input, output],
    kind: 'linear',
  });
  const vector = (kind: 'norm' | 'bias', name: string, length: number): WeightSpec => ({
    name: `layers.${layer}.${name}`,
    shape: [length],
    kind,
  });
  const projected = (name: string, output: number): WeightSpec[] => [
    linear(name, dim, output),
    ...(qkvBias ? [vector('bias', `${name}_bias`, output)] : []),
    ...(qkNorm && name !== 'v' ? [vector('norm', `${name}_norm`, headSize(config))] : []),
  ];
  return [
    vector('norm', 'attention_norm', dim),
    ...projected('q', queries),
    ...projected('k', kv),
    ...projected('v', kv),
    linear('o', queries, dim),
    ...(postNorms ? [vector('norm', 'attention_post_norm', dim)] : []),
    vector('norm', 'mlp_norm', dim),
    linear('gate', dim, hiddenDim),
    linear('up', dim, hiddenDim),
    linear('down', hiddenDim, dim),
    ...(postNorms ? [vector('norm', 'mlp_post_norm', dim)] : []),
  ];
}

/**
 * Every weight of the policy in the order of the forward pass: `embedding` [V, d], the layers, `norm` [d], `head` [d,
 * V] unless tied.
 */
export function weightNames(config: PolicyConfig): WeightSpec[] {
  const weights: WeightSpec[] = [{ name: EMBEDDING, shape: [config.vocabSize, config.dim], kind: 'embedding' }];
  for (let layer = 0; layer < config.layers; layer++) weights.push(...layerWeights(config, layer));
  weights.push({ name: 'norm', shape: [config.dim], kind: 'norm' });
  if (!config.tiedHead) weights.push({ name: 'head', shape: [config.dim, config.vocabSize], kind: 'linear' });
  return weights;
}
