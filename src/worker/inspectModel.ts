/** @file Looks at a model without reading its weights: forecasts from config.json and a probe of this machine. */
import { policyConfigOf, hubConfigSchema } from '../policy/hub/architectures.ts';
import { needJson, type ModelSource } from '../policy/hub/source.ts';
import { usualBits } from '../policy/hub/weights.ts';
import { forecast } from '../rl/forecast/forecast.ts';
import { storageRoom } from './browserFolder.ts';
import { browserMachine } from './machine.ts';
import type { Intended, Offer } from './modelImporter.ts';

/** The offer of a model; `files` has the bytes of its files by name. CheckpointError that names file and field. */
export async function inspectSource(
  source: ModelSource,
  files: ReadonlyMap<string, { readonly size: number }>,
  { run, backend: asked }: Intended,
): Promise<Offer> {
  const config = policyConfigOf(await needJson(source, 'config.json', hubConfigSchema));
  const { backend, limit, rates } = await browserMachine(asked);
  const read = [...files].filter(([name]) => /^(model(-\d+-of-\d+)?\.safetensors|tokenizer\.json)$/.test(name));
  return {
    name: source.name,
    bytes: read.reduce((sum, [, { size }]) => sum + size, 0),
    room: await storageRoom(),
    usualBits: usualBits(config),
    forecasts: ([4, 8, 32] as const).map((bits) => forecast({ config, bits, run, backend }, limit, rates)),
  };
}
