/** @file Reads a transformers folder of a Llama model with plain loops, and adds a PEFT adapter as PEFT does. */
import { present } from '../src/lib/assert.ts';
import { type PolicyConfig, weightNames } from '../src/policy/config.ts';
import type { DenseWeight } from '../src/policy/quantize.ts';
import { readSafetensors } from '../src/policy/safetensors.ts';

/** Files by name. */
export type Files = Readonly<Record<string, string | Uint8Array>>;

const bytesOf = (files: Files, name: string): Uint8Array => {
  const content = present(files[name], name);
  return typeof content === 'string' ? new TextEncoder().encode(content) : content;
};

export const jsonOf = (files: Files, name: string): Record<string, unknown> =>
  JSON.parse(new TextDecoder().decode(bytesOf(files, name)));

/** Tensors of a safetensors file as float32 matrices or vectors, by name. */
export const tensorsOf = (files: Files, name: string): Map<string, { shape: readonly number[]; data: Float32Array }> =>
  new Map(
    [...readSafetensors(bytesOf(files, name)).tensors].map(([key, { shape, data }]) => {
      if (!(data instanceof Float32Array)) throw new Error(`${key} is not float32`);
      return [key, { shape, data }];
    }),
  );

/** Our names of the modules of `modeling_llama.py`. */
const ours: readonly [RegExp, string][] = [
  [/^model\.embed_tokens$/, 'embedding'],
  [/^model\.norm$/, 'norm'],
  [/^lm_head$/, 'head'],
  [/^model\.layers\.(\d+)\.input_layernorm$/, 'layers.$1.attention_norm'],
  [/^model\.layers\.(\d+)\.post_attention_layernorm$/, 'layers.$1.mlp_norm'],
  [/^model\.layers\.(\d+)\.self_attn\.([qkvo])_proj$/, 'layers.$1.$2'],
  [/^model\.layers\.(\d+)\.mlp\.(gate|up|down)_proj$/, 'layers.$1.$2'],
];

function ourName(name: string): string {
  const module = name.replace(/\.weight$/, '');
  const [pattern, replacement] = present(
    ours.find(([known]) => known.test(module)),
    name,
  );
  return module.replace(pattern, replacement);
}

/** The policy in the folder, which rotates halves; every weight dense. */
export function readHubFolder(files: Files): { config: PolicyConfig; weights: Map<string, DenseWeight> } {
  const field = (name: string): number => Number(present(jsonOf(files, 'config.json')[name], name));
  const config: PolicyConfig = {
    vocabSize: field('vocab_size'),
    dim: field('hidden_size'),
    layers: field('num_hidden_layers'),
    heads: field('num_attention_heads'),
    kvHeads: field('num_key_value_heads'),
    hiddenDim: field('intermediate_size'),
    maxSequence: field('max_position_embeddings'),
    ropeTheta: field('rope_theta'),
    ropeInterleaved: false,
    normEps: field('rms_norm_eps'),
    tiedHead: jsonOf(files, 'config.json')['tie_word_embeddings'] === true,
  };
  const kinds = new Map(weightNames(config).map(({ name, kind }) => [name, kind]));
  const weights = [...tensorsOf(files, 'model.safetensors')].map(([key, { shape, data }]): [string, DenseWeight] => {
    const name = ourName(key);
    if (kinds.get(name) !== 'linear') return [name, { kind: 'dense', shape, data }];
    const [outDim, inDim] = shape as [number, number];
    const turned = new Float32Array(data.length);
    for (let o = 0; o < outDim; o++)
      for (let i = 0; i < inDim; i++) turned[i * outDim + o] = data[o * inDim + i] as number;
    return [name, { kind: 'dense', shape: [inDim, outDim], data: turned }];
  });
  return { config, weights: new Map(weights) };
}

/** Adds scale B A to each adapted weight of the model's tensors (peft, `LoraLayer.get_delta_weight`). */
export function addPeft(files: Files, adapter: Files): Map<string, { shape: readonly number[]; data: Float32Array }> {
  const model = tensorsOf(files, 'model.safetensors');
  const matrices = tensorsOf(adapter, 'adapter_model.safetensors');
  const { r, lora_alpha: alpha, use_rslora: stabilized } = jsonOf(adapter, 'adapter_config.json');
  const scale = Number(alpha) / (stabilized === true ? Math.sqrt(Number(r)) : Number(r));
  for (const [name, a] of matrices) {
    if (!name.endsWith('.lora_A.weight')) continue;
    const b = present(matrices.get(name.replace('.lora_A.', '.lora_B.')), name);
    const target = name.replace('base_model.model.', '').replace('.lora_A.', '.');
    const weight = present(model.get(target), target);
    const [rank, inDim] = a.shape as [number, number];
    const data = weight.data.map((value, index) => {
      const [row, column] = [Math.floor(index / inDim), index % inDim];
      let sum = 0;
      for (let k = 0; k < rank; k++) sum += (b.data[row * rank + k] as number) * (a.data[k * inDim + column] as number);
      return value + scale * sum;
    });
    model.set(target, { shape: weight.shape, data });
  }
  return model;
}
