/**
 * @file Thousands of hostile adapters, archives and policies: each is refused with a message that names a field or a
 * tensor, or holds only finite numbers.
 */
import { createHash } from 'node:crypto';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { present, UsageError } from '../lib/assert.ts';
import { changed, fuzzRuns, hostile, type Json, lies, mutated, Refusals, spoiled } from '../../testing/hostileJson.ts';
import { ArchiveError, readArchive, writeArchive } from '../lib/zip.ts';
import { decodeCheckpoint, encodeCheckpoint } from './checkpoint.ts';
import { blockWeights, randomAdapter, tinyBlocks, tinyConfig } from '../../testing/tinyPolicy.ts';
import { adapterLayout } from './lora.ts';
import { loraTargets } from './loraConfig.ts';
import { decodePeft, encodePeft, peftOrigin } from './peft.ts';
import { CheckpointError, dtypeOf, readSafetensors, type StoredTensor, writeSafetensors } from './safetensors.ts';
import { characterTokenizer } from './tokenizer.ts';

const SEED = 20_260_102;
const RUNS = fuzzRuns(2000);

const noise = fc.uint8Array({ maxLength: 200 });
const utf8 = (text: string): Uint8Array => new TextEncoder().encode(text);
const json = (bytes: Uint8Array): Json => JSON.parse(new TextDecoder().decode(bytes));

/** Tensors with one number that is not finite, or is very large. */
const sick = (tensors: ReadonlyMap<string, StoredTensor>): fc.Arbitrary<Map<string, StoredTensor>> =>
  fc
    .constantFrom(...[...tensors].filter(([, { data }]) => data instanceof Float32Array))
    .chain(([name, { shape, data }]) =>
      spoiled(data as Float32Array).map((changedData) => new Map(tensors).set(name, { shape, data: changedData })),
    );

function counter(refusals: Refusals) {
  const seen = { refused: 0, used: 0 };
  return {
    seen,
    read(work: () => unknown): void {
      try {
        work();
        seen.used++;
      } catch (error) {
        if (!(error instanceof CheckpointError || error instanceof ArchiveError || error instanceof UsageError))
          throw error;
        expect(error.message).toMatch(/\w{2,}/);
        refusals.see(error.message);
        seen.refused++;
      }
    },
  };
}

it(`${RUNS} adapters and archives are refused with a message, or read completely`, () => {
  const lora = { rank: 2, alpha: 4, targets: [...loraTargets] };
  const good = encodePeft(tinyConfig, lora, randomAdapter(adapterLayout(tinyConfig, lora).size, 4), {
    policy: 'default',
    policyHash: 'hash',
  });
  const archive = writeArchive(Object.entries(good).map(([name, bytes]) => ({ name, bytes })));
  const settings = good['adapter_config.json'];
  const model = good['adapter_model.safetensors'];
  const { tensors, metadata } = readSafetensors(model);
  const fields = [
    'fan_in_fan_out',
    'use_dora',
    'alpha_pattern',
    'rank_pattern',
    'modules_to_save',
    'layers_to_transform',
    'use_something_new',
    'init_lora_weights',
    'bias',
    '__proto__',
    'constructor',
  ];
  const extra = fc
    .tuple(fc.constantFrom(...fields), hostile)
    .map(([name, to]) => JSON.stringify(Object.fromEntries([...Object.entries(json(settings) as object), [name, to]])));
  const configs = fc.oneof(mutated(settings), noise, lies(json(settings)).map(utf8), extra.map(utf8));
  const models = fc.oneof(
    mutated(model),
    noise,
    sick(tensors).map((of) => writeSafetensors({ tensors: of, metadata })),
  );
  const refusals = new Refusals(
    /fan_in_fan_out: .* changes/,
    /use_dora: .* changes/,
    /alpha_pattern: .* changes/,
    /modules_to_save: .* changes/,
    /use_something_new: .* changes/,
    /init_lora_weights: only/,
    /bias: only/,
    /r: (at most|at least|a whole)/,
    /lora_alpha: at most/,
    /lora_alpha: at least/,
    /lora_alpha: a number/,
    /target_modules: only/,
    /is (NaN|-?Infinity), not a finite number/,
    /of the shape/,
    /is not JSON/,
    /truncated/,
    /archive: /,
  );
  const { seen, read } = counter(refusals);
  fc.assert(
    fc.property(configs, models, fc.oneof(mutated(archive), noise), (config, weights, zip) => {
      read(() => readArchive(zip));
      read(() => peftOrigin(weights));
      for (const [a, b] of [
        [config, model],
        [settings, weights],
        [config, weights],
      ] as const) {
        read(() => {
          const {
            flat,
            lora: { rank, alpha },
          } = decodePeft(tinyConfig, a, b);
          expect(flat.every(Number.isFinite) && Number.isFinite(Math.fround(alpha)) && rank === 2).toBe(true);
        });
      }
    }),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(refusals.missing).toEqual([]);
  expect(seen.refused).toBeGreaterThan(RUNS);
  expect(seen.used).toBeGreaterThan(RUNS / 20);
}, 600_000);

/** A file of any content with a valid hash, computed by Node's SHA-256. */
function sealed(manifest: string, tensors: ReadonlyMap<string, StoredTensor>): Uint8Array {
  const hash = createHash('sha256').update(`${manifest}\n`);
  for (const name of [...tensors.keys()].sort()) {
    const { shape, data } = present(tensors.get(name), name);
    hash
      .update(`${JSON.stringify([name, dtypeOf(data), shape])}\n`)
      .update(new Uint8Array(data.buffer, data.byteOffset, data.byteLength));
  }
  return writeSafetensors({ tensors, metadata: { manifest, sha256: hash.digest('hex') } });
}

it(`${RUNS} policies, most of them with a valid hash, are refused with a message, or read completely`, () => {
  const config = { ...tinyBlocks, vocabSize: 64 };
  const provenance = {
    id: 'tiny',
    title: 'Tiny',
    date: '2026-08-01',
    mixture: { direct: 1 },
    pretraining: { seed: 1 },
    accuracies: { sums: 0.25 },
  };
  const good = encodeCheckpoint(
    { config, weights: blockWeights(config, 3, 4), tokenizer: characterTokenizer().describe() },
    provenance,
  );
  const { tensors, metadata } = readSafetensors(good);
  const manifest = metadata['manifest'] ?? '';
  const sizes = fc
    .tuple(
      fc.constantFrom('hiddenDim', 'layers', 'dim', 'kvHeads', 'vocabSize'),
      fc.constantFrom(1, 2, 32, 64, 96, 128),
    )
    .map(([field, to]) =>
      sealed(JSON.stringify(changed(JSON.parse(manifest) as Json, ['config', field], to)), tensors),
    );
  const files = fc.oneof(
    { weight: 1, arbitrary: sizes },
    { weight: 2, arbitrary: sick(tensors).map((of) => sealed(manifest, of)) },
    { weight: 3, arbitrary: lies(JSON.parse(manifest) as Json).map((text) => sealed(text, tensors)) },
    { weight: 1, arbitrary: mutated(good) },
    { weight: 1, arbitrary: noise },
  );
  const refusals = new Refusals(
    /tensor ".*": value \d+ is (NaN|-?Infinity), not a finite number/,
    /\.scales": value/,
    /config\.\w+: .*(at most|at least|needed)/,
    /where the config needs/,
    /tokenizer/,
    /altered or damaged/,
    /truncated/,
  );
  const { seen, read } = counter(refusals);
  fc.assert(
    fc.property(files, (bytes) =>
      read(() => {
        const { weights } = decodeCheckpoint(bytes);
        for (const weight of weights.values())
          expect((weight.kind === 'dense' ? weight.data : weight.scales).every(Number.isFinite)).toBe(true);
      }),
    ),
    { numRuns: RUNS, seed: SEED },
  );
  expect(Object.keys(Object.prototype)).toEqual([]);
  expect(refusals.missing).toEqual([]);
  expect(seen.refused).toBeGreaterThan(RUNS / 2);
  expect(seen.used).toBeGreaterThan(RUNS / 50);
}, 600_000);
