/**
 * @file A policy as a folder for transformers (huggingface/transformers, `AutoModelForCausalLM.from_pretrained`): its
 * configuration, float32 weights, tokenizer and generation settings. Quantized weights are written as the values that
 * the policy computes with.
 */
import { present } from '../lib/assert.ts';
import { type Checkpoint, type Manifest, tokenizerFrom } from '../policy/checkpoint.ts';
import { type PolicyConfig, weightNames, type WeightSpec } from '../policy/config.ts';
import { architectureOf, tensorName } from '../policy/hub/architectures.ts';
import { rotaryRows, transposed } from '../policy/hubLayout.ts';
import { adapterLayout, loraScale } from '../policy/lora.ts';
import { type LoraConfig } from '../policy/loraConfig.ts';
import { denseWeight, type Weight } from '../policy/quantize.ts';
import { writeSafetensors } from '../policy/safetensors.ts';
import { generationConfig, modelConfig } from './modelConfig.ts';
import type { ExportFile } from './python.ts';
import { tokenizerConfig, tokenizerJson } from './tokenizerJson.ts';

/** A trained adapter. */
export interface Tuned {
  readonly lora: LoraConfig;
  readonly flat: Float32Array;
}

/** The base of an export; a model of the hub keeps its architecture. */
export type Base = Pick<Checkpoint, 'config' | 'weights' | 'tokenizer'> & { readonly manifest?: Pick<Manifest, 'hub'> };

/** The part of a block that a weight is, such as `q` of `layers.0.q`. */
const partOf = (name: string): string => name.slice(name.lastIndexOf('.') + 1);

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

/** A weight in the layout of transformers; `offset` is added to norms where the model adds 1 to them. */
function hubTensor(config: PolicyConfig, spec: WeightSpec, weight: Weight, tuned: Tuned | null, offset: number) {
  const { name, kind, shape } = spec;
  const dense = denseWeight(name, weight).data;
  if (kind === 'norm' && offset !== 0) return { shape, data: dense.map((gain) => gain - offset) };
  if (kind !== 'linear') return { shape, data: dense };
  const ours = tuned ? merged(dense, name, config, tuned) : dense;
  const [inDim, outDim] = shape;
  return { shape: [outDim, inDim], data: rotaryRows(config, partOf(name), transposed(ours, shape), 'toHub') };
}

const json = (name: string, value: object): ExportFile => ({ name, content: `${JSON.stringify(value, null, 2)}\n` });

/**
 * The files of the folder, with the adapter added to the weights if one is given. CheckpointError for a tokenizer that
 * tokenizer.json cannot hold.
 */
export function transformersFolder({ config, weights, manifest, ...base }: Base, tuned: Tuned | null): ExportFile[] {
  const tokenizer = tokenizerFrom(base.tokenizer);
  const type = manifest?.hub?.architecture ?? 'llama';
  const architecture = architectureOf({ model_type: type });
  const tensors = new Map(
    weightNames(config).map((spec) => {
      const weight = present(weights.get(spec.name), `weight ${spec.name}`);
      return [
        tensorName(architecture, spec.name),
        hubTensor(config, spec, weight, tuned, architecture.normOffset ?? 0),
      ];
    }),
  );
  return [
    json('config.json', modelConfig(type, config, tokenizer)),
    json('generation_config.json', generationConfig(config, tokenizer)),
    { name: 'model.safetensors', content: writeSafetensors({ tensors, metadata: { format: 'pt' } }) },
    json('tokenizer.json', tokenizerJson(base.tokenizer)),
    json('tokenizer_config.json', tokenizerConfig(base.tokenizer, config.maxSequence)),
  ];
}
