/** @file A model in the hub's layout as a policy of ours: its files read, and written into one checkpoint. */
import { type BaseWeights, encodeCheckpoint, readManifest, type Checkpoint } from '../checkpoint.ts';
import type { HubDescription } from '../tokenizer.ts';
import { type HubConfig, hubConfigSchema } from './architectures.ts';
import { type ModelSource, needJson } from './source.ts';
import { type ChatChoice, readHubTokenizer } from './tokenizerFiles.ts';
import { readHubWeights, type WeightOptions } from './weights.ts';

export interface HubOptions extends WeightOptions {
  /** Whether prompts are put into the model's chat template. */
  readonly isChat?: ChatChoice;
}

export interface HubModel extends BaseWeights {
  readonly tokenizer: HubDescription;
  readonly hub: HubConfig;
}

/** Reads a model. CheckpointError that names the file and the field or tensor for a folder that is no such model. */
export async function readHubModel(source: ModelSource, { isChat, ...options }: HubOptions = {}): Promise<HubModel> {
  const hub = await needJson(source, 'config.json', hubConfigSchema);
  const tokenizer = await readHubTokenizer(source, hub, isChat);
  return { hub, tokenizer, ...(await readHubWeights(source, hub, options)) };
}

/** Id of a policy from the name of a model: `HuggingFaceTB/SmolLM2-135M` -> `huggingfacetb-smollm2-135m`. */
const idOf = (name: string): string =>
  name
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .replace(/^-+|-+$/g, '')
    .slice(-40)
    .replace(/^-+/, '') || 'model';

/** The checkpoint of a model, from which runs are made; the same files give the same bytes. Errors of `readHubModel`. */
export async function importHubModel(
  source: ModelSource,
  options: HubOptions = {},
): Promise<{ bytes: Uint8Array<ArrayBuffer>; checkpoint: Checkpoint }> {
  const { hub, ...model } = await readHubModel(source, options);
  const bytes = encodeCheckpoint(model, {
    id: idOf(source.name),
    title: source.name,
    hub: { name: source.name, architecture: hub.model_type },
    mixture: {},
    pretraining: {},
    accuracies: {},
  });
  return { bytes, checkpoint: { ...model, manifest: readManifest(bytes) } };
}
