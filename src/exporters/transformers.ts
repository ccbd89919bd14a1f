/**
 * @file A policy as a folder for transformers (huggingface/transformers, `LlamaForCausalLM.from_pretrained`): its
 * configuration, float32 weights, tokenizer and generation settings. Quantized weights are written as the values that
 * the policy computes with.
 */
import { present } from '../lib/assert.ts';
import type { Checkpoint } from '../policy/checkpoint.ts';
import { tokenizerFrom } from '../policy/checkpoint.ts';
import { headSize, type PolicyConfig, weightNames, type WeightSpec } from '../policy/config.ts';
import { hubModules, rotaryRows, transposed } from '../policy/hubLayout.ts';
import { adapterLayout, type LoraConfig, loraScale, loraTargets } from '../policy/lora.ts';
import { dequantizeLinear, type Weight } from '../policy/quantize.ts';
import { writeSafetensors } from '../policy/safetensors.ts';
import type { Tokenizer } from '../policy/tokenizer.ts';
import type { ExportFile } from './python.ts';
import { tokenizerConfig, tokenizerJson } from './tokenizerJson.ts';

/** A trained adapter. */
export interface Tuned {
  readonly lora: LoraConfig;
  readonly flat: Float32Array;
}

/** The base of an export. */
export type Base = Pick<Checkpoint, 'config' | 'weights' | 'tokenizer'>;

const fixedNames: Readonly<Record<string, string>> = {
  embedding: 'model.embed_tokens.weight',
  norm: 'model.norm.weight',
  head: 'lm_head.weight',
};
const blockNorms: Readonly<Record<string, string>> = {
  attention_norm: 'input_layernorm',
  mlp_norm: 'post_attention_layernorm',
};

/** The part of a block that a weight is, such as `q` of `layers.0.q`. */
const partOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

/** `layers.0.q` -> `model.layers.0.self_attn.q_proj.weight`. */
function hubName(name: string): string {
  const [, layer, part = ''] = /^layers\.(\d+)\.(\w+)$/.exec(name) ?? [];
  const module = loraTargets.find((target) => target === part);
  return layer === undefined
    ? present(fixedNames[name], `the name of ${name}`)
    : `model.layers.${layer}.${module ? hubModules[module] : present(blockNorms[part], `the name of ${name}`)}.weight`;
}

/** scale A B [in, out] of an adapted weight, added to `base` [in, out] in double precision; `base` without an adapter. */
function merged(base: Float32Array, name: string, config: PolicyConfig, { lora, flat }: Tuned): Float32Array {
  const { segments } = adapterLayout(config, lora);
  const [a, b] = ['a', 'b'].map((matrix) => segments.find((segment) => segment.name === `${name}.${matrix}`));
  if (!a || !b) return base;
  const [inDim, rank] = a.shape as [number, number];
  const outDim = base.length / inDim;
  const scale = loraScale(lora);
  return base.map((weight, index) => {
    const [row, column] = [Math.floor(index / outDim), index % outDim];
    let sum = 0;
    for (let r = 0; r < rank; r++)
      sum += (flat[a.offset + row * rank + r] as number) * (flat[b.offset + r * outDim + column] as number);
    return weight + scale * sum;
  });
}

/** A weight in the layout of transformers. */
function hubTensor(config: PolicyConfig, { name, kind, shape }: WeightSpec, weight: Weight, tuned: Tuned | null) {
  const dense = weight.kind === 'dense' ? weight.data : dequantizeLinear(weight);
  if (kind !== 'linear') return { shape, data: dense };
  const ours = tuned ? merged(dense, name, config, tuned) : dense;
  const [inDim, outDim] = shape;
  return { shape: [outDim, inDim], data: rotaryRows(config, partOf(name), transposed(ours, shape), 'toHub') };
}

const endIds = ({ endIds: [first, ...more] }: Tokenizer): number | number[] =>
  more.length === 0 ? first : [first, ...more];

const specialIds = (tokenizer: Tokenizer) => ({
  bos_token_id: tokenizer.bosId,
  eos_token_id: endIds(tokenizer),
  pad_token_id: tokenizer.padId,
});

/** `config.json` of a Llama model. */
const llamaConfig = (config: PolicyConfig, tokenizer: Tokenizer) => ({
  architectures: ['LlamaForCausalLM'],
  model_type: 'llama',
  vocab_size: config.vocabSize,
  hidden_size: config.dim,
  intermediate_size: config.hiddenDim,
  num_hidden_layers: config.layers,
  num_attention_heads: config.heads,
  num_key_value_heads: config.kvHeads,
  head_dim: headSize(config),
  hidden_act: 'silu',
  max_position_embeddings: config.maxSequence,
  rms_norm_eps: config.normEps,
  rope_theta: config.ropeTheta,
  rope_scaling: null,
  tie_word_embeddings: config.tiedHead,
  attention_bias: false,
  attention_dropout: 0,
  mlp_bias: false,
  use_cache: true,
  torch_dtype: 'float32',
  ...specialIds(tokenizer),
});

/** `generation_config.json`: samples from the whole distribution, as a rollout at temperature 1 does. */
const generationConfig = ({ maxSequence }: PolicyConfig, tokenizer: Tokenizer) => ({
  ...specialIds(tokenizer),
  do_sample: true,
  top_k: 0,
  max_length: maxSequence,
});

const json = (name: string, value: object): ExportFile => ({ name, content: `${JSON.stringify(value, null, 2)}\n` });

/**
 * The files of the folder, with the adapter added to the weights if one is given. CheckpointError for a tokenizer that
 * tokenizer.json cannot hold.
 */
export function transformersFolder(
  { config, weights, tokenizer: description }: Base,
  tuned: Tuned | null,
): ExportFile[] {
  const tokenizer = tokenizerFrom(description);
  const tensors = new Map(
    weightNames(config).map((spec) => [
      hubName(spec.name),
      hubTensor(config, spec, present(weights.get(spec.name), `weight ${spec.name}`), tuned),
    ]),
  );
  return [
    json('config.json', llamaConfig(config, tokenizer)),
    json('generation_config.json', generationConfig(config, tokenizer)),
    { name: 'model.safetensors', content: writeSafetensors({ tensors, metadata: { format: 'pt' } }) },
    json('tokenizer.json', tokenizerJson(description)),
    json('tokenizer_config.json', tokenizerConfig(description, config.maxSequence)),
  ];
}
