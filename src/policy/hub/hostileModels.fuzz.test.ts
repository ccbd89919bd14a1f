/**
 * @file Thousands of hostile models in the hub's layout: each is refused with a message that names the file, or is a
 * policy with finite numbers whose tokenizer works.
 */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fuzzRuns, type Json, lies, mutated, Refusals } from '../../../testing/hostileJson.ts';
import { blobs, hubFolder } from '../../../testing/hubFolder.ts';
import { UsageError } from '../../lib/assert.ts';
import { CheckpointError, firstNonFinite } from '../safetensors.ts';
import { type HubModel, readHubModel } from './model.ts';
import { blobSource } from './source.ts';
import { hubTokenizer } from './tokenizer.ts';

const SEED = 20_261_130;
const RUNS = fuzzRuns(300);

const models = ['llama', 'qwen3', 'gemma3_text'].map((name) => hubFolder(name, { type: 'BF16', shards: 2 }).files);
const shard = 'model-00001-of-00002.safetensors';
const utf8 = (text: string) => new TextEncoder().encode(text);

/** Uses a model that was read: weights are finite, and texts become ids of its vocabulary or a clear refusal. */
function use({ tokenizer, weights, config }: HubModel): void {
  for (const weight of weights.values()) if (weight.kind === 'dense') expect(firstNonFinite(weight.data)).toBe(-1);
  const built = hubTokenizer(tokenizer);
  for (const text of ['the hello 12', '你好\n\n<|im_end|>']) {
    const ids = built.encodePrompt(text);
    expect(ids.every((id) => Number.isInteger(id) && id >= 0 && id < config.vocabSize)).toBe(true);
    expect(typeof built.decode(ids)).toBe('string');
  }
  for (let id = 0; id < config.vocabSize; id += 37) expect(typeof built.tokenText(id)).toBe('string');
}

/** Reads models with this file replaced; returns how many were refused and used. */
async function tried(
  file: string,
  fileOf: (good: Uint8Array<ArrayBuffer>) => fc.Arbitrary<Uint8Array>,
  refusals: Refusals,
) {
  const seen = { refused: 0, used: 0 };
  const cases = fc
    .constantFrom(...models)
    .chain((files) =>
      fileOf(files.get(file) as Uint8Array<ArrayBuffer>).map((bytes) =>
        new Map(files).set(file, Uint8Array.from(bytes)),
      ),
    );
  await fc.assert(
    fc.asyncProperty(cases, async (files) => {
      try {
        use(await readHubModel(blobSource('hostile', blobs(files))));
        seen.used++;
      } catch (error) {
        if (!(error instanceof CheckpointError || error instanceof UsageError)) throw error;
        expect(error.message).toMatch(/\.json|\.safetensors|chat template|tensor|vocabulary/);
        refusals.see(error.message);
        seen.refused++;
      }
    }),
    { seed: SEED, numRuns: RUNS },
  );
  return seen;
}

const jsonLies = (good: Uint8Array): fc.Arbitrary<Uint8Array> =>
  lies(JSON.parse(new TextDecoder().decode(good)) as Json).map(utf8);

/** An index with the shard of one tensor changed to another, or to a file that is not there; or with a lie in it. */
const indexLies = (good: Uint8Array): fc.Arbitrary<Uint8Array> => {
  const index = JSON.parse(new TextDecoder().decode(good)) as { weight_map: Record<string, string> };
  const places = fc.tuple(
    fc.constantFrom(...Object.keys(index.weight_map)),
    fc.constantFrom(shard, 'model-00002-of-00002.safetensors', 'other.safetensors'),
  );
  const moved = places.map(([name, file]) =>
    utf8(JSON.stringify({ ...index, weight_map: { ...index.weight_map, [name]: file } })),
  );
  return fc.oneof(moved, jsonLies(good));
};

test.each([
  ['config.json', [/model_type/, /hidden_size/, /has the shape/, /rms_norm_eps/]],
  ['generation_config.json', [/eos_token_id/]],
  [
    'tokenizer.json',
    [/added_tokens/, /merges/, /model\.vocab/, /outside the/, /model\.type/, /pretokenizers\.0\.type/, /pattern/],
  ],
  ['tokenizer_config.json', [/eos_token/, /chat_template/]],
  ['model.safetensors.index.json', [/weight_map/, /the folder has no/, /places tensor/]],
] as const)('lies in %s', { timeout: 600_000 }, async (file, kinds) => {
  const refusals = new Refusals(...kinds);
  const { refused } = await tried(file, file.endsWith('.index.json') ? indexLies : jsonLies, refusals);
  expect(refused).toBeGreaterThan(RUNS / 10);
  expect(refusals.missing).toEqual([]);
});

test('other bytes in a header of tensors', { timeout: 600_000 }, async () => {
  const refusals = new Refusals(/header length|truncated/, /not JSON|not UTF-8|dtype|data_offsets/);
  const inHeader = (good: Uint8Array): fc.Arbitrary<Uint8Array> => {
    const length = 8 + Number(new DataView(good.buffer).getBigUint64(0, true));
    return mutated(good.subarray(0, length)).map((head) => {
      const whole = Uint8Array.from(good);
      whole.set(head);
      return head.length < length ? whole.subarray(0, head.length) : whole;
    });
  };
  const { refused } = await tried(shard, inHeader, refusals);
  expect(refused).toBeGreaterThan(RUNS / 4);
  expect(refusals.missing).toEqual([]);
});
