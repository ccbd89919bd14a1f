import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { blobs, hubFolder } from '../../testing/hubFolder.ts';
import { blobSource } from '../policy/hub/source.ts';
import { CheckpointError } from '../policy/safetensorsHeader.ts';
import { inspectSource } from './inspectModel.ts';

beforeEach(() =>
  vi.stubGlobal('navigator', { deviceMemory: 1, storage: { estimate: async () => ({ quota: 9e6, usage: 2e6 }) } }),
);
afterEach(() => vi.unstubAllGlobals());

const run = {
  promptsPerStep: 2,
  rows: 8,
  rowsAtOnce: 8,
  numIterations: 1,
  promptLength: 10,
  completionLength: 10,
  rank: 8,
};
const { files } = hubFolder('llama', { type: 'BF16', shards: 2 });
const config = JSON.parse(new TextDecoder().decode(files.get('config.json'))) as object;

/** Offers the model with these fields in its config.json; `read` are the files that were read. */
async function inspected(fields: object = {}) {
  const changed = new TextEncoder().encode(JSON.stringify({ ...config, ...fields }));
  const all = blobs(new Map([...files, ['config.json', changed]]));
  const source = blobSource('tiny', all);
  const read = new Set<string>();
  const watched = {
    ...source,
    read: (...args: Parameters<typeof source.read>) => {
      read.add(args[0]);
      return source.read(...args);
    },
  };
  return { offer: await inspectSource(watched, all, { run, backend: 'wasm' }), read: [...read] };
}

it('of a model config.json alone is read, and this machine is measured', async () => {
  const { offer, read } = await inspected();
  expect(read).toEqual(['config.json']);
  const bytes = [...files].filter(([name]) => /\.safetensors$|^tokenizer\.json$/.test(name));
  expect(offer).toMatchObject({
    name: 'tiny',
    usualBits: 32,
    room: 7e6,
    bytes: bytes.reduce((sum, [, { length }]) => sum + length, 0),
  });
  expect(offer.forecasts.map(({ bits, refusal, rows }) => [bits, refusal, rows])).toEqual(
    [4, 8, 32].map((bits) => [bits, null, 8]),
  );
  for (const { rate, seconds } of offer.forecasts) {
    expect(rate).toBeGreaterThan(1e8);
    expect(seconds).toBeGreaterThan(0);
  }
});

it('a model that does not fit is refused in all bits, and one of an unknown architecture by its field', async () => {
  const { offer, read } = await inspected({ hidden_size: 8192, num_hidden_layers: 80, intermediate_size: 28672 });
  expect(read).toEqual(['config.json']);
  for (const { bits, refusal } of offer.forecasts)
    expect(refusal).toMatch(new RegExp(`^With ${bits} bits this model needs .* memory, and this device has 1\\.07`));
  await expect(inspected({ model_type: 'mamba' })).rejects.toThrow(CheckpointError);
  await expect(inspected({ model_type: 'mamba' })).rejects.toThrow(/model_type: "mamba" is not known/);
});
