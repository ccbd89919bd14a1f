/**
 * @file A policy as a transformers folder: read back, it has the same weights bit for bit and the same logits; an
 * adapter in PEFT's form on it is the merged folder.
 */
import { readdirSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { addPeft, type Files, jsonOf, readFolder, tensorsOf } from '../../testing/transformersFolder.ts';
import { plainLogits } from '../../testing/plainTransformer.ts';
import { blobs, hubFolder, hubModels } from '../../testing/hubFolder.ts';
import { blockWeights, randomAdapter, randomTokens, tinyBlocks } from '../../testing/tinyPolicy.ts';
import { decodeCheckpoint } from '../policy/checkpoint.ts';
import type { PolicyConfig } from '../policy/config.ts';
import { importHubModel } from '../policy/hub/model.ts';
import { blobSource } from '../policy/hub/source.ts';
import { adapterLayout } from '../policy/lora.ts';
import { type LoraConfig, loraTargets } from '../policy/loraConfig.ts';
import { decodePeft } from '../policy/peft.ts';
import { unpacked, type Weight } from '../policy/quantize.ts';
import { characterVocabulary } from '../policy/tokenizer.ts';
import { peftFolder } from './index.ts';
import type { ExportFile } from './python.ts';
import { transformersFolder, type Tuned } from './transformers.ts';

const filesOf = (files: readonly ExportFile[]): Files =>
  Object.fromEntries(files.map(({ name, content }) => [name, content]));

const tokenizerOf = ({ vocabSize }: PolicyConfig) => ({
  kind: 'character' as const,
  vocabulary: characterVocabulary('abcdefghijklmnopqrstuvwxyz'.slice(0, vocabSize - 3)),
});

const folderOf = (config: PolicyConfig, weights: ReadonlyMap<string, Weight>, tuned: Tuned | null = null): Files =>
  filesOf(transformersFolder({ config, weights, tokenizer: tokenizerOf(config) }, tuned));

const logitsOf = (config: PolicyConfig, weights: ReadonlyMap<string, Weight>, seed: number): number[][] => {
  const dense = unpacked(weights);
  const numbers = (name: string) => {
    const weight = dense.get(name);
    if (weight?.kind !== 'dense') throw new Error(name);
    return weight.data;
  };
  return plainLogits(config, numbers, randomTokens(config, seed, 1, 5));
};

/** Bit for bit. */
const isEqual = (a: Weight, b: Weight | undefined): boolean =>
  a.kind === 'dense' &&
  b?.kind === 'dense' &&
  a.shape.join() === b.shape.join() &&
  Buffer.from(a.data.buffer).equals(Buffer.from(b.data.buffer));

const largestGap = (a: readonly number[][], b: readonly number[][]): number =>
  Math.max(...a.flatMap((row, t) => row.map((value, i) => Math.abs(value - (b[t]?.[i] ?? Number.NaN)))));

const configs = fc
  .record({
    heads: fc.constantFrom(2, 4),
    groups: fc.constantFrom(1, 2),
    layers: fc.integer({ min: 1, max: 2 }),
    vocabSize: fc.integer({ min: 5, max: 20 }),
    ropeInterleaved: fc.boolean(),
    tiedHead: fc.boolean(),
  })
  .map(({ groups, ...rest }): PolicyConfig => ({ ...tinyBlocks, ...rest, kvHeads: rest.heads / groups }));
const seeds = fc.integer({ min: 1, max: 1e6 });

describe('a transformers folder', () => {
  it('read back has the dequantized weights bit for bit, and with rotated pairs the same logits', async () => {
    await fc.assert(
      fc.asyncProperty(configs, fc.constantFrom(4 as const, 8 as const), seeds, async (config, bits, seed) => {
        const weights = blockWeights(config, seed, bits);
        const back = await readFolder(folderOf(config, weights));
        expect(back.config).toEqual({ ...config, ropeInterleaved: false });
        expect(largestGap(logitsOf(config, weights, seed), logitsOf(back.config, back.weights, seed))).toBeLessThan(
          1e-9,
        );
        const changed = [...unpacked(weights)].filter(([name, weight]) => !isEqual(weight, back.weights.get(name)));
        expect(changed.filter(([name]) => !(config.ropeInterleaved && /\.[qk]$/.test(name)))).toEqual([]);
      }),
      { numRuns: 40 },
    );
  });

  it.each(readdirSync('public/policies'))(
    'of %s has its weights, its end token and its longest sequence',
    async (file) => {
      const checkpoint = decodeCheckpoint(new Uint8Array(readFileSync(`public/policies/${file}`)));
      const files = filesOf(transformersFolder(checkpoint, null));
      const back = await readFolder(files);
      expect(back.config).toEqual(checkpoint.config);
      const dense = [...unpacked(checkpoint.weights)];
      expect(dense.map(([name, weight]) => isEqual(weight, back.weights.get(name)))).toEqual(dense.map(() => true));
      expect(back.weights.size).toBe(dense.length);
      expect(jsonOf(files, 'config.json')).toMatchObject({
        architectures: ['LlamaForCausalLM'],
        model_type: 'llama',
        hidden_act: 'silu',
        attention_bias: false,
        eos_token_id: 2,
      });
      expect(jsonOf(files, 'generation_config.json')).toMatchObject({
        eos_token_id: 2,
        pad_token_id: 0,
        max_length: back.config.maxSequence,
      });
      expect(jsonOf(files, 'tokenizer_config.json')).toMatchObject({ model_max_length: back.config.maxSequence });
    },
  );

  it('with merged weights is the folder with PEFT’s adapter added', () => {
    fc.assert(
      fc.property(configs, seeds, fc.boolean(), (config, seed, rankStabilized) => {
        const lora: LoraConfig = { rank: 3, alpha: 7, targets: loraTargets, rankStabilized };
        const tuned = { lora, flat: randomAdapter(adapterLayout(config, lora).size, seed) };
        const weights = blockWeights(config, seed, 4);
        const adapter = filesOf(peftFolder(config, tuned, { policy: 'tiny', policyHash: 'abc' }));
        const base = folderOf(config, weights);
        const merged = tensorsOf(folderOf(config, weights, tuned), 'model.safetensors');
        expect(merged).not.toEqual(tensorsOf(base, 'model.safetensors'));
        expect(merged).toEqual(addPeft(base, adapter));
        const back = decodePeft(
          config,
          new TextEncoder().encode(JSON.stringify(jsonOf(adapter, 'adapter_config.json'))),
          adapter['adapter_model.safetensors'] as Uint8Array,
        );
        expect(back.flat).toEqual(tuned.flat);
      }),
      { numRuns: 20 },
    );
  });

  it.each(Object.keys(hubModels))(
    'of %s read from one is that folder again, and merged has PEFT’s adapter',
    async (name) => {
      const source = blobSource('model', blobs(hubFolder(name, { endIds: [296, 299] }).files));
      const { checkpoint } = await importHubModel(source, { bits: 32 });
      const base = filesOf(transformersFolder(checkpoint, null));
      const back = await readFolder(base);
      expect(back.config).toEqual(checkpoint.config);
      expect(back.tokenizer).toEqual(checkpoint.tokenizer);
      expect(back.weights).toEqual(checkpoint.weights);
      expect(back.hub.model_type).toBe(checkpoint.manifest.hub?.architecture);
      const lora: LoraConfig = { rank: 2, alpha: 4, targets: loraTargets };
      const tuned = { lora, flat: randomAdapter(adapterLayout(back.config, lora).size, 1) };
      const adapter = filesOf(peftFolder(back.config, tuned, { policy: 'model', policyHash: 'abc' }));
      const merged = tensorsOf(filesOf(transformersFolder(checkpoint, tuned)), 'model.safetensors');
      expect(merged).toEqual(addPeft(base, adapter));
    },
  );
});
