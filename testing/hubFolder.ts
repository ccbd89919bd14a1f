/**
 * @file Small models with random weights in the layout of the Hugging Face hub, one of each architecture: config.json,
 * safetensors of any float type in one file or in shards, and a byte-level tokenizer. Names and layout are those of
 * huggingface/transformers, written out without the reader's tables.
 */
import { random } from '../src/lib/random.ts';
import { type PolicyConfig, weightNames } from '../src/policy/config.ts';
import { tokenizerFiles } from './hubTokenizer.ts';

export type FloatType = 'F32' | 'F16' | 'BF16';

/** Files by name, and the numbers that they hold by our names, linear weights as [in, out]. */
export interface HubFolder {
  readonly files: Map<string, Uint8Array<ArrayBuffer>>;
  readonly policy: PolicyConfig;
  readonly weight: (name: string) => Float64Array;
}

const sizes = {
  vocab_size: 300,
  hidden_size: 32,
  num_hidden_layers: 2,
  num_attention_heads: 4,
  num_key_value_heads: 2,
  intermediate_size: 64,
  max_position_embeddings: 96,
  rms_norm_eps: 1e-5,
};

const policy: PolicyConfig = {
  vocabSize: 300,
  dim: 32,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  hiddenDim: 64,
  maxSequence: 96,
  ropeTheta: 10_000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};

/** config.json of each architecture, and the policy that it describes. */
export const hubModels: Readonly<Record<string, { readonly json: object; readonly policy: PolicyConfig }>> = {
  llama: {
    json: { ...sizes, model_type: 'llama', hidden_act: 'silu', rope_theta: 10_000, tie_word_embeddings: true },
    policy: { ...policy, tiedHead: true },
  },
  'llama with scaled rotation': {
    json: {
      ...sizes,
      model_type: 'llama',
      hidden_act: 'silu',
      rope_theta: 500,
      rope_scaling: {
        factor: 8,
        low_freq_factor: 1,
        high_freq_factor: 4,
        original_max_position_embeddings: 24,
        rope_type: 'llama3',
      },
    },
    policy: {
      ...policy,
      ropeTheta: 500,
      ropeScaling: { factor: 8, lowFrequency: 1, highFrequency: 4, originalSequence: 24 },
    },
  },
  qwen2: {
    json: { ...sizes, model_type: 'qwen2', hidden_act: 'silu', rope_theta: 1000, use_sliding_window: false },
    policy: { ...policy, ropeTheta: 1000, qkvBias: true },
  },
  qwen3: {
    json: {
      ...sizes,
      model_type: 'qwen3',
      hidden_act: 'silu',
      head_dim: 16,
      rope_parameters: { rope_theta: 1000, rope_type: 'default' },
    },
    policy: { ...policy, ropeTheta: 1000, headDim: 16, qkNorm: true },
  },
  gemma3_text: {
    json: {
      ...sizes,
      model_type: 'gemma3_text',
      hidden_activation: 'gelu_pytorch_tanh',
      num_hidden_layers: 3,
      head_dim: 16,
      query_pre_attn_scalar: 16,
      rope_theta: 1000,
      rope_local_base_freq: 100,
      sliding_window: 4,
      sliding_window_pattern: 2,
    },
    policy: {
      ...policy,
      layers: 3,
      ropeTheta: 1000,
      headDim: 16,
      tiedHead: true,
      qkNorm: true,
      postNorms: true,
      activation: 'geluTanh',
      embeddingScale: Math.sqrt(32),
      localAttention: { window: 4, ropeTheta: 100, layers: [0, 2] },
    },
  },
};

/** Tensors of transformers' models by our names; `#` is the layer. */
const shared: Readonly<Record<string, string>> = {
  embedding: 'model.embed_tokens.weight',
  norm: 'model.norm.weight',
  head: 'lm_head.weight',
  'layers.#.attention_norm': 'model.layers.#.input_layernorm.weight',
  'layers.#.mlp_norm': 'model.layers.#.post_attention_layernorm.weight',
  'layers.#.q': 'model.layers.#.self_attn.q_proj.weight',
  'layers.#.k': 'model.layers.#.self_attn.k_proj.weight',
  'layers.#.v': 'model.layers.#.self_attn.v_proj.weight',
  'layers.#.o': 'model.layers.#.self_attn.o_proj.weight',
  'layers.#.q_bias': 'model.layers.#.self_attn.q_proj.bias',
  'layers.#.k_bias': 'model.layers.#.self_attn.k_proj.bias',
  'layers.#.v_bias': 'model.layers.#.self_attn.v_proj.bias',
  'layers.#.q_norm': 'model.layers.#.self_attn.q_norm.weight',
  'layers.#.k_norm': 'model.layers.#.self_attn.k_norm.weight',
  'layers.#.gate': 'model.layers.#.mlp.gate_proj.weight',
  'layers.#.up': 'model.layers.#.mlp.up_proj.weight',
  'layers.#.down': 'model.layers.#.mlp.down_proj.weight',
};
const gemma: Readonly<Record<string, string>> = {
  ...shared,
  'layers.#.attention_post_norm': 'model.layers.#.post_attention_layernorm.weight',
  'layers.#.mlp_norm': 'model.layers.#.pre_feedforward_layernorm.weight',
  'layers.#.mlp_post_norm': 'model.layers.#.post_feedforward_layernorm.weight',
};

/** The nearest bfloat16 that is also a normal number, or 0, in half precision: all three types hold it exactly. */
function roundedEverywhere(value: number): number {
  if (Math.abs(value) < 2 ** -14) return 0;
  const unit = 2 ** (Math.floor(Math.log2(Math.abs(value))) - 7);
  return Math.round(value / unit) * unit;
}

function bytesOf(values: Float64Array, type: FloatType): Uint8Array {
  const singles = Float32Array.from(values);
  if (type === 'F32') return new Uint8Array(singles.buffer);
  const bits = new Uint32Array(singles.buffer);
  const halves = Uint16Array.from(bits, (word) => {
    if (type === 'BF16') return word >>> 16;
    const sign = (word >>> 16) & 0x8000;
    return (word & 0x7fffffff) === 0 ? sign : sign | ((((word >>> 23) & 255) - 112) << 10) | ((word >>> 13) & 1023);
  });
  return new Uint8Array(halves.buffer);
}

interface FileTensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly bytes: Uint8Array;
}

function safetensors(tensors: readonly FileTensor[], type: FloatType): Uint8Array<ArrayBuffer> {
  let end = 0;
  const header = Object.fromEntries(
    tensors.map(({ name, shape, bytes }) => {
      const start = end;
      end += bytes.length;
      return [name, { dtype: type, shape, data_offsets: [start, end] }];
    }),
  );
  const json = new TextEncoder().encode(JSON.stringify({ __metadata__: { format: 'pt' }, ...header }));
  const file = new Uint8Array(8 + json.length + end);
  new DataView(file.buffer).setBigUint64(0, BigInt(json.length), true);
  file.set(json, 8);
  let at = 8 + json.length;
  for (const { bytes } of tensors) {
    file.set(bytes, at);
    at += bytes.length;
  }
  return file;
}

/** One file, or shards of about equal numbers of tensors with their index. */
function weightFiles(
  tensors: readonly FileTensor[],
  type: FloatType,
  shards: number,
): [string, Uint8Array<ArrayBuffer>][] {
  if (shards === 1) return [['model.safetensors', safetensors(tensors, type)]];
  const nameOf = (shard: number) =>
    `model-${String(shard + 1).padStart(5, '0')}-of-${String(shards).padStart(5, '0')}.safetensors`;
  const shardOf = (i: number) => Math.floor((i * shards) / tensors.length);
  const parts = Array.from({ length: shards }, (_, s) => tensors.filter((_tensor, i) => shardOf(i) === s));
  const index = {
    metadata: { total_size: tensors.reduce((sum, { bytes }) => sum + bytes.length, 0) },
    weight_map: Object.fromEntries(tensors.map(({ name }, i) => [name, nameOf(shardOf(i))])),
  };
  return [
    ['model.safetensors.index.json', json(index)],
    ...parts.map((part, s): [string, Uint8Array<ArrayBuffer>] => [nameOf(s), safetensors(part, type)]),
  ];
}

const json = (value: unknown): Uint8Array<ArrayBuffer> => new TextEncoder().encode(JSON.stringify(value));

/** The size of the vocabulary from which on models are learnt in layers, and their file is never taken for a small one. */
export const LARGE_VOCABULARY = 20_000;

/**
 * The folder of a model; `endIds` go into its generation_config.json; `hiddenDim`, `vocabSize` and `positions` replace
 * the sizes of its MLPs, vocabulary and longest sequence, and `fields` others of its config.json; `tokenizer` are the
 * tokenizer's files.
 */
export function hubFolder(
  model: keyof typeof hubModels,
  {
    type = 'F32' as FloatType,
    shards = 1,
    seed = 1,
    endIds = [296] as readonly number[],
    hiddenDim = 64,
    vocabSize = sizes.vocab_size,
    tokenizer = tokenizerFiles,
    positions = 96,
    fields = {},
  } = {},
): HubFolder {
  const { json: listed, policy: small } = hubModels[model] as (typeof hubModels)[string];
  const [config, described] = [
    { ...listed, intermediate_size: hiddenDim, vocab_size: vocabSize, max_position_embeddings: positions, ...fields },
    { ...small, hiddenDim, vocabSize, maxSequence: positions },
  ];
  const isGemma = model === 'gemma3_text';
  const numbers = new Map<string, Float64Array>();
  const tensors = weightNames(described).map(({ name, kind, shape }): FileTensor => {
    const stream = random(seed, 'hub folder', name);
    const spread = kind === 'linear' ? 1.2 / Math.sqrt(shape[0]) : kind === 'embedding' ? 0.5 : 0.3;
    const centre = kind === 'norm' && !isGemma ? 1 : 0;
    const count = shape.reduce<number>((product, size) => product * size, 1);
    const stored = Float64Array.from({ length: count }, () => roundedEverywhere(centre + spread * stream.normal()));
    const [rows, columns = 1] = kind === 'linear' ? shape.toReversed() : shape;
    // Stored as [out, in]; ours is [in, out].
    const ours =
      kind === 'linear'
        ? stored.map((_, i) => stored[(i % (rows as number)) * columns + Math.floor(i / (rows as number))] as number)
        : stored;
    numbers.set(name, isGemma && kind === 'norm' ? ours.map((x) => 1 + x) : ours);
    const [, layer = ''] = /^layers\.(\d+)\./.exec(name) ?? [];
    const theirs = (isGemma ? gemma : shared)[name.replace(/^layers\.\d+/, 'layers.#')] as string;
    return {
      name: theirs.replace('#', layer),
      shape: kind === 'linear' ? shape.toReversed() : shape,
      bytes: bytesOf(stored, type),
    };
  });
  const files = new Map([
    ['config.json', json({ architectures: ['ForCausalLM'], torch_dtype: type, ...config })],
    ['generation_config.json', json({ eos_token_id: endIds, do_sample: true })],
    ...Object.entries(tokenizer).map(([name, value]) => [name, json(value)] as const),
    ...weightFiles(tensors, type, shards),
  ]);
  return { files, policy: described, weight: (name) => numbers.get(name) as Float64Array };
}

/** The files as a page has them. */
export const blobs = (files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): ReadonlyMap<string, Blob> =>
  new Map([...files].map(([name, bytes]) => [name, new Blob([bytes])]));
