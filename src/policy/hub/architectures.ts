/**
 * @file Architectures that can be read, by the `model_type` of a config.json: the policy's configuration and the names
 * of its tensors, after the configuration and model classes of huggingface/transformers.
 */
import { UsageError } from '../../lib/assert.ts';
import { z } from '../../lib/zod.ts';
import { parsePolicyConfig, type PolicyConfig } from '../config.ts';
import { hubModules } from '../hubLayout.ts';
import { CheckpointError } from '../safetensorsHeader.ts';

/** Longest context that is offered, since graphs hold tables of all its positions. */
const LONGEST_CONTEXT = 4096;

const whole = z
  .number({ error: 'a number is needed' })
  .int('a whole number is needed')
  .min(1, 'at least 1')
  .max(1 << 24, `at most ${1 << 24}`);
const positive = z.number({ error: 'a number is needed' }).positive('must be greater than 0');
const flag = z.boolean({ error: 'true or false is needed' }).nullish();

/** A rotation, in the words of `rope_scaling` and of `rope_parameters`. */
const ropeSchema = z.looseObject({
  rope_type: z.string().optional(),
  type: z.string().optional(),
  rope_theta: positive.optional(),
  factor: positive.optional(),
  low_freq_factor: positive.optional(),
  high_freq_factor: positive.optional(),
  original_max_position_embeddings: whole.optional(),
  partial_rotary_factor: positive.nullish(),
});

type Rope = z.infer<typeof ropeSchema>;

/** Fields of config.json that are read; a file may have others. */
export const hubConfigSchema = z.looseObject({
  model_type: z.string({ error: 'the name of an architecture is needed' }),
  vocab_size: whole,
  hidden_size: whole,
  num_hidden_layers: whole,
  num_attention_heads: whole,
  num_key_value_heads: whole.nullish(),
  intermediate_size: whole,
  max_position_embeddings: whole,
  head_dim: whole.nullish(),
  rms_norm_eps: positive,
  rope_theta: positive.nullish(),
  rope_scaling: ropeSchema.nullish(),
  rope_parameters: z
    .union([ropeSchema, z.looseObject({ full_attention: ropeSchema, sliding_attention: ropeSchema })])
    .nullish(),
  rope_local_base_freq: positive.nullish(),
  partial_rotary_factor: positive.nullish(),
  tie_word_embeddings: flag,
  hidden_act: z.string().nullish(),
  hidden_activation: z.string().nullish(),
  attention_bias: flag,
  mlp_bias: flag,
  use_sliding_window: flag,
  sliding_window: whole.nullish(),
  sliding_window_pattern: whole.nullish(),
  layer_types: z.array(z.enum(['full_attention', 'sliding_attention'])).nullish(),
  query_pre_attn_scalar: positive.nullish(),
  attn_logit_softcapping: z.number().nullish(),
  final_logit_softcapping: z.number().nullish(),
  use_bidirectional_attention: flag,
  quantization_config: z.unknown().optional(),
  eos_token_id: z.union([z.number(), z.array(z.number())]).nullish(),
  bos_token_id: z.number().nullish(),
  pad_token_id: z.number().nullish(),
});

export type HubConfig = z.infer<typeof hubConfigSchema>;

/** Refuses a field whose value changes the computation in a way that is not built. */
function refuse(field: keyof HubConfig, value: unknown, why: string): never {
  throw new CheckpointError(`config.json: ${field}: ${JSON.stringify(value)?.slice(0, 60)} cannot be read: ${why}`);
}

const refusePartial = (factor: unknown): never =>
  refuse('partial_rotary_factor', factor, 'heads are rotated whole here');

/** The fields of all architectures; `activation` is the one of the gate by its name in transformers. */
function commonConfig(config: HubConfig, activation: string): Omit<PolicyConfig, 'ropeTheta'> {
  const stated = config.hidden_activation ?? config.hidden_act ?? activation;
  if (stated !== activation) refuse('hidden_act', stated, `${config.model_type} has ${activation} here`);
  if (config.quantization_config) refuse('quantization_config', config.quantization_config, 'floats are needed');
  if (config.attention_bias) refuse('attention_bias', true, 'biases of attention are those of qwen2 alone here');
  if ((config.partial_rotary_factor ?? 1) !== 1) refusePartial(config.partial_rotary_factor);
  const { layer_types: types, num_hidden_layers: layers } = config;
  if (types && types.length !== layers)
    refuse('layer_types', types.length, `one for each of ${layers} layers is needed`);
  if (config.mlp_bias) refuse('mlp_bias', true, 'feed-forward layers have no biases here');
  const { head_dim: headDim, num_attention_heads: heads, hidden_size: dim } = config;
  return {
    vocabSize: config.vocab_size,
    dim,
    layers: config.num_hidden_layers,
    heads,
    kvHeads: config.num_key_value_heads ?? heads,
    hiddenDim: config.intermediate_size,
    maxSequence: Math.min(config.max_position_embeddings, LONGEST_CONTEXT),
    ropeInterleaved: false,
    normEps: config.rms_norm_eps,
    tiedHead: config.tie_word_embeddings ?? false,
    ...(headDim && headDim * heads !== dim ? { headDim } : {}),
  };
}

/** The base and the stretch of a rotation. */
function ropeOf(rope: Rope, theta: number): Pick<PolicyConfig, 'ropeTheta' | 'ropeScaling'> {
  if ((rope.partial_rotary_factor ?? 1) !== 1) refusePartial(rope.partial_rotary_factor);
  const ropeTheta = rope.rope_theta ?? theta;
  const type = rope.rope_type ?? rope.type ?? 'default';
  if (type === 'default') return { ropeTheta };
  const {
    factor,
    low_freq_factor: lowFrequency,
    high_freq_factor: highFrequency,
    original_max_position_embeddings: originalSequence,
  } = rope;
  if (type !== 'llama3') refuse('rope_scaling', type, 'the types default and llama3 are built');
  if (!factor || !lowFrequency || !highFrequency || !originalSequence)
    refuse('rope_scaling', rope, 'llama3 needs factor, low_freq_factor, high_freq_factor and the original context');
  return { ropeTheta, ropeScaling: { factor, lowFrequency, highFrequency, originalSequence } };
}

/** The rotation of an architecture with one for all layers. */
function ropes({ rope_parameters: parameters, rope_scaling: scaling, rope_theta: theta }: HubConfig) {
  const one = parameters && !('full_attention' in parameters) ? (parameters as Rope) : null;
  return ropeOf(one ?? scaling ?? {}, theta ?? 10_000);
}

/** Llama, Qwen 2 and Qwen 3 without windows. */
function plainConfig(config: HubConfig): PolicyConfig {
  const narrow = config.layer_types?.includes('sliding_attention');
  if (config.use_sliding_window || narrow)
    refuse('use_sliding_window', true, 'windows are built for gemma3_text alone');
  return { ...commonConfig(config, 'silu'), ...ropes(config) };
}

function gemmaConfig(config: HubConfig): PolicyConfig {
  const { sliding_window_pattern: pattern, layer_types: types, num_hidden_layers: layers } = config;
  const common = commonConfig({ ...config, head_dim: config.head_dim ?? 256 }, 'gelu_pytorch_tanh');
  const { attn_logit_softcapping: cap, final_logit_softcapping: last } = config;
  if (cap ?? last) refuse(cap ? 'attn_logit_softcapping' : 'final_logit_softcapping', cap ?? last, 'it is not built');
  if (config.use_bidirectional_attention) refuse('use_bidirectional_attention', true, 'a decoder is needed');
  const nested = config.rope_parameters as { full_attention?: Rope; sliding_attention?: Rope } | null | undefined;
  const window = config.sliding_window ?? 4096;
  const isNarrow = (layer: number) =>
    types ? types[layer] === 'sliding_attention' : (layer + 1) % (pattern ?? 6) !== 0;
  return {
    ...common,
    ...ropeOf(nested?.full_attention ?? config.rope_scaling ?? {}, config.rope_theta ?? 1_000_000),
    tiedHead: config.tie_word_embeddings ?? true,
    qkNorm: true,
    postNorms: true,
    activation: 'geluTanh',
    embeddingScale: Math.sqrt(config.hidden_size),
    localAttention: {
      window,
      ropeTheta: nested?.sliding_attention?.rope_theta ?? config.rope_local_base_freq ?? 10_000,
      layers: Array.from({ length: layers }, (_, layer) => layer).filter(isNarrow),
    },
  };
}

/** Names of a layer's tensors after `model.layers.0.`, by ours after `layers.0.`; PEFT's adapters share `hubModules`. */
const llamaNames: Readonly<Record<string, string>> = {
  ...Object.fromEntries(Object.entries(hubModules).map(([part, name]) => [part, `${name}.weight`])),
  attention_norm: 'input_layernorm.weight',
  mlp_norm: 'post_attention_layernorm.weight',
  ...Object.fromEntries(['q', 'k', 'v'].map((part) => [`${part}_bias`, `self_attn.${part}_proj.bias`])),
  ...Object.fromEntries(['q', 'k'].map((part) => [`${part}_norm`, `self_attn.${part}_norm.weight`])),
};

interface Architecture {
  readonly config: (config: HubConfig) => PolicyConfig;
  readonly layerNames: Readonly<Record<string, string>>;
  /** Added to the stored weights of norms. */
  readonly normOffset?: number;
  /** Factor of the weights of the queries' norm. */
  readonly queryGain?: (config: HubConfig) => number;
}

const architectures: Readonly<Record<string, Architecture>> = {
  llama: { config: plainConfig, layerNames: llamaNames },
  qwen2: { config: (config) => ({ ...plainConfig(config), qkvBias: true }), layerNames: llamaNames },
  qwen3: {
    config: (config) => ({ ...plainConfig({ ...config, head_dim: config.head_dim ?? 128 }), qkNorm: true }),
    layerNames: llamaNames,
  },
  gemma3_text: {
    config: gemmaConfig,
    layerNames: {
      ...llamaNames,
      attention_post_norm: 'post_attention_layernorm.weight',
      mlp_norm: 'pre_feedforward_layernorm.weight',
      mlp_post_norm: 'post_feedforward_layernorm.weight',
    },
    normOffset: 1,
    // Scores are divided by the root of query_pre_attn_scalar there, and by that of the head size here.
    queryGain: ({ head_dim: size, query_pre_attn_scalar: scalar }) => Math.sqrt((size ?? 256) / (scalar ?? 256)),
  },
};

/** The architecture of a config.json. CheckpointError for one that is not in the table. */
export function architectureOf({ model_type: type }: Pick<HubConfig, 'model_type'>): Architecture {
  const known = Object.keys(architectures);
  const found = known.includes(type) ? architectures[type] : undefined;
  if (!found)
    throw new CheckpointError(
      `config.json: model_type: ${JSON.stringify(type.slice(0, 60))} is not known; known are ${known.join(', ')}`,
    );
  return found;
}

/** The policy's configuration. CheckpointError that names a field which is wrong or not built. */
export function policyConfigOf(config: HubConfig): PolicyConfig {
  try {
    return parsePolicyConfig(architectureOf(config).config(config));
  } catch (cause) {
    if (cause instanceof UsageError) throw new CheckpointError(`config.json: ${cause.message}`, { cause });
    throw cause;
  }
}

/** Names of the tensors outside layers, by ours. */
export const outerNames = { embedding: 'model.embed_tokens.weight', norm: 'model.norm.weight', head: 'lm_head.weight' };

/** Name of one of our weights in the files, for the reader and for exports. */
export function tensorName({ layerNames }: Architecture, name: string): string {
  const [, layer, part = ''] = /^layers\.(\d+)\.(\w+)$/.exec(name) ?? [];
  if (layer !== undefined) return `model.layers.${layer}.${layerNames[part]}`;
  return Object.hasOwn(outerNames, name) ? outerNames[name as keyof typeof outerNames] : name;
}
