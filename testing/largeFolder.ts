/** @file The folder of a large model with random weights, written to disk tensor by tensor. */
import { closeSync, mkdtempSync, openSync, writeFileSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { modelConfig } from '../src/exporters/modelConfig.ts';
import { random } from '../src/lib/random.ts';
import { type PolicyConfig, weightNames } from '../src/policy/config.ts';
import { architectureOf, tensorName } from '../src/policy/hub/architectures.ts';
import { hubTokenizer, loadHubLibraries } from '../src/policy/hub/tokenizer.ts';
import type { HubDescription } from '../src/policy/tokenizer.ts';
import { largeTokenizerFiles } from './hubTokenizer.ts';

/** bfloat16 numbers of random sign between 2^-6 and 2^-5, or ones. */
function halves(count: number, stream: ReturnType<typeof random>, isNorm: boolean): Uint16Array {
  const block = Uint16Array.from({ length: 4096 }, () => stream.integer(0, 255));
  return Uint16Array.from({ length: count }, (_, i) => {
    const bits = (block[i % 4096] as number) ^ ((i >> 12) & 0xff);
    return isNorm ? 0x3f80 : ((bits & 0x80) << 8) | 0x3c80 | (bits & 0x7f);
  });
}

/**
 * Writes a llama of this shape in bfloat16, with a byte-level tokenizer whose tokens all spell something. One token of
 * 25 ends a text, so that completions of random tokens do.
 */
export async function writeLargeFolder(config: PolicyConfig): Promise<string> {
  const folder = mkdtempSync(join(tmpdir(), 'large-model-'));
  const files = largeTokenizerFiles(config.vocabSize);
  await loadHubLibraries();
  const description: HubDescription = {
    kind: 'hub',
    tokenizer: JSON.stringify(files['tokenizer.json']),
    settings: JSON.stringify(files['tokenizer_config.json']),
    vocabSize: config.vocabSize,
    padId: 296,
    endIds: Array.from({ length: Math.floor((config.vocabSize - 299) / 25) }, (_, i) => 299 + 25 * i),
  };
  const json = { ...files, 'config.json': modelConfig('llama', config, hubTokenizer(description)) };
  for (const [name, value] of Object.entries(json)) writeFileSync(join(folder, name), JSON.stringify(value));
  const llama = architectureOf({ model_type: 'llama' });
  let end = 0;
  const tensors = weightNames(config).map(({ name, kind, shape }) => {
    const count = shape.reduce<number>((product, size) => product * size, 1);
    const stored = kind === 'linear' ? shape.toReversed() : shape;
    const start = end;
    end += 2 * count;
    return { name, kind, count, entry: { dtype: 'BF16', shape: stored, data_offsets: [start, end] } };
  });
  const header = Object.fromEntries(tensors.map(({ name, entry }) => [tensorName(llama, name), entry]));
  const text = new TextEncoder().encode(JSON.stringify(header));
  const file = openSync(join(folder, 'model.safetensors'), 'w');
  writeSync(file, new Uint8Array(BigUint64Array.of(BigInt(text.length)).buffer));
  writeSync(file, text);
  for (const { name, kind, count } of tensors)
    writeSync(file, new Uint8Array(halves(count, random(1, 'large folder', name), kind === 'norm').buffer));
  closeSync(file);
  return folder;
}
