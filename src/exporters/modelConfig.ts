/** @file `config.json` and `generation_config.json` of a policy (huggingface/transformers), the inverse of their reader. */
import { headSize, type PolicyConfig } from '../policy/config.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';

/** The model class of each `model_type`, and its fields beside those of all. */
const models: Readonly<Record<string, { readonly name: string; readonly fields: (config: PolicyConfig) => object }>> = {
  llama: { name: 'LlamaForCausalLM', fields: () => ({ hidden_act: 'silu', mlp_bias: false }) },
  qwen2: { name: 'Qwen2ForCausalLM', fields: () => ({ hidden_act: 'silu', use_sliding_window: false }) },
  qwen3: { name: 'Qwen3ForCausalLM', fields: () => ({ hidden_act: 'silu', use_sliding_window: false }) },
  gemma3_text: { name: 'Gemma3ForCausalLM', fields: gemmaFields },
};

function gemmaFields({ layers, localAttention, ...config }: PolicyConfig): object {
  const isLocal = (layer: number) => localAttention?.layers.includes(layer) ?? false;
  return {
    hidden_activation: 'gelu_pytorch_tanh',
    query_pre_attn_scalar: headSize({ layers, ...config }),
    layer_types: Array.from({ length: layers }, (_, layer) =>
      isLocal(layer) ? 'sliding_attention' : 'full_attention',
    ),
    ...(localAttention
      ? { sliding_window: localAttention.window, rope_local_base_freq: localAttention.ropeTheta }
      : {}),
  };
}

const scalingOf = ({ ropeScaling: scaling }: PolicyConfig): object | null =>
  scaling
    ? {
        rope_type: 'llama3',
        factor: scaling.factor,
        low_freq_factor: scaling.lowFrequency,
        high_freq_factor: scaling.highFrequency,
        original_max_position_embeddings: scaling.originalSequence,
      }
    : null;

const specialIds = ({ bosId, endIds: [first, ...more], padId }: Tokenizer) => ({
  bos_token_id: bosId,
  eos_token_id: more.length === 0 ? first : [first, ...more],
  pad_token_id: padId,
});

/** `config.json` of a model of that `model_type`; `maxSequence` is the longest context here, which may be shortened. */
export function modelConfig(type: string, config: PolicyConfig, tokenizer: Tokenizer): object {
  const model = models[type];
  return {
    architectures: [model?.name],
    model_type: type,
    vocab_size: config.vocabSize,
    hidden_size: config.dim,
    intermediate_size: config.hiddenDim,
    num_hidden_layers: config.layers,
    num_attention_heads: config.heads,
    num_key_value_heads: config.kvHeads,
    head_dim: headSize(config),
    max_position_embeddings: config.maxSequence,
    rms_norm_eps: config.normEps,
    rope_theta: config.ropeTheta,
    rope_scaling: scalingOf(config),
    tie_word_embeddings: config.tiedHead,
    attention_bias: false,
    attention_dropout: 0,
    use_cache: true,
    torch_dtype: 'float32',
    ...model?.fields(config),
    ...specialIds(tokenizer),
  };
}

/** `generation_config.json`: samples from the whole distribution, as a rollout at temperature 1 does. */
export const generationConfig = ({ maxSequence }: PolicyConfig, tokenizer: Tokenizer): object => ({
  ...specialIds(tokenizer),
  do_sample: true,
  top_k: 0,
  max_length: maxSequence,
});
