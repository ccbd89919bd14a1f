/** @file Reads an exported transformers folder, and adds a PEFT adapter as PEFT does. */
import { present } from '../src/lib/assert.ts';
import { type HubModel, readHubModel } from '../src/policy/hub/model.ts';
import { blobSource } from '../src/policy/hub/source.ts';
import { readSafetensors } from '../src/policy/safetensors.ts';

/** Files by name. */
export type Files = Readonly<Record<string, string | Uint8Array<ArrayBuffer>>>;

const bytesOf = (files: Files, name: string): Uint8Array<ArrayBuffer> => {
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

/** The policy in the folder; every weight dense. */
export const readFolder = (files: Files): Promise<HubModel> =>
  readHubModel(
    blobSource('folder', new Map(Object.keys(files).map((name) => [name, new Blob([bytesOf(files, name)])]))),
    { bits: 32 },
  );

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
