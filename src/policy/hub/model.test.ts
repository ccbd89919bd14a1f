/** @file Models of every architecture in the hub's layout: logits against float64 loops, files, bits, refusals. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { blobs, type FloatType, hubFolder, hubModels } from '../../../testing/hubFolder.ts';
import { plainLogits } from '../../../testing/plainTransformer.ts';
import { randomTokens } from '../../../testing/tinyPolicy.ts';
import { compile } from '../../engine/onnx/compile.ts';
import { largestError, runGraph } from '../../engine/onnx/graphRun.ts';
import { input } from '../../engine/graph/index.ts';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { decodeCheckpoint } from '../checkpoint.ts';
import { embedTokens } from '../embed.ts';
import { frozenParameters, type Parameters } from '../parameters.ts';
import { denseWeight, type DenseWeight, type QuantizedWeight, type Weight } from '../quantize.ts';
import { CheckpointError } from '../safetensorsHeader.ts';
import { forward, headLogits } from '../transformer.ts';
import { importHubModel, readHubModel } from './model.ts';
import { blobSource, type ModelSource } from './source.ts';

const LENGTH = 24;
const POINTER = 'version https://git-lfs.github.com/spec/v1\noid sha256:00\nsize 12\n';
const names = Object.keys(hubModels);
type Change = (json: Record<string, unknown>) => void;

let runtime: Runtime;
beforeAll(async () => {
  runtime = await createNodeRuntime();
});
afterAll(() => runtime.dispose());

const sourceOf = (files: ReadonlyMap<string, Uint8Array<ArrayBuffer>>): ModelSource =>
  blobSource('Org/Tiny Model', blobs(files));

/** The logits of all positions from a folder of this kind, and those of the loops. */
async function bothLogits(name: string, type: FloatType, shards: number, fields = {}, scoreScalar?: number) {
  const folder = hubFolder(name, { type, shards, fields });
  const { config, weights } = await readHubModel(sourceOf(folder.files));
  expect(config).toEqual(folder.policy);
  const tokenIds = randomTokens(config, 5, 1, LENGTH);
  const parameters = frozenParameters(weights);
  const x = embedTokens(parameters, input('tokenIds', [1, LENGTH], 'int'));
  const logits = headLogits(config, parameters, forward(config, parameters, { x }).hidden);
  const actual = (await runGraph(runtime, compile('logits', { logits }), { tokenIds })).logits ?? [];
  const plain = { ...folder.policy, ...(scoreScalar ? { scoreScalar } : {}) };
  return { actual, expected: plainLogits(plain, folder.weight, tokenIds).flat() };
}

describe.each(names)('%s', (name) => {
  test.each([
    ['F32', 1],
    ['F16', 1],
    ['BF16', 1],
    ['BF16', 3],
  ] as const)('logits of every position are those of the loops: %s, %d files', async (type, shards) => {
    const { actual, expected } = await bothLogits(name, type, shards);
    expect(actual).toHaveLength(LENGTH * 300);
    expect(largestError(actual, expected)).toBeLessThan(1e-4);
    expect(Math.max(...expected) - Math.min(...expected)).toBeGreaterThan(3);
  });
});

test.each([
  [{ query_pre_attn_scalar: 5 }, 5],
  // The default of huggingface/transformers.
  [{ query_pre_attn_scalar: null }, 256],
])('scores of gemma3_text with %j are divided by the root of %d', async (fields, scalar) => {
  const { actual, expected } = await bothLogits('gemma3_text', 'F32', 1, fields, scalar);
  expect(largestError(actual, expected)).toBeLessThan(1e-4);
  const { expected: other } = await bothLogits('gemma3_text', 'F32', 1, fields, 16);
  expect(largestError(actual, other)).toBeGreaterThan(0.01);
});

describe('a checkpoint made of a folder', () => {
  const folder = hubFolder('qwen3', { type: 'BF16', shards: 3, endIds: [296, 298, 10] });

  test('has the same content every time, with the name, the architecture and the list of end tokens', async () => {
    const [once, again] = await Promise.all([1, 2].map(() => importHubModel(sourceOf(folder.files))));
    expect(once?.bytes).toEqual(again?.bytes);
    const { manifest, tokenizer } = decodeCheckpoint(once?.bytes ?? new Uint8Array());
    expect(manifest).toMatchObject({ id: 'org-tiny-model', title: 'Org/Tiny Model', bits: 32 });
    expect(manifest.hub).toEqual({ name: 'Org/Tiny Model', architecture: 'qwen3' });
    expect(tokenizer).toMatchObject({ kind: 'hub', endIds: [296, 298, 10], padId: 296, vocabSize: 300 });
  });

  test.each([4, 8] as const)('its linear weights get %d bits on request', async (bits) => {
    const { checkpoint } = await importHubModel(sourceOf(folder.files), { bits });
    expect(checkpoint.manifest.bits).toBe(bits);
    expect([checkpoint.weights.get('layers.0.q')?.kind, checkpoint.weights.get('embedding')?.kind]).toEqual([
      'quantized',
      'dense',
    ]);
  });

  test('each tensor is read by itself', async () => {
    const { read, ...source } = sourceOf(folder.files);
    const ranges: number[] = [];
    await readHubModel({
      ...source,
      read: (file, start, end) => {
        if (file.endsWith('.safetensors')) ranges.push(end - start);
        return read(file, start, end);
      },
    });
    const largest = 2 * 300 * 32;
    expect(Math.max(...ranges)).toBe(largest);
  });
});

describe('the embedding of a larger model', () => {
  const source = sourceOf(hubFolder('llama', { type: 'BF16' }).files);
  const imported = (part: number) => importHubModel(source, { limits: { dense: 1000, part } });
  const blocksOf = (weights: ReadonlyMap<string, Weight>) => weights.get('embedding') as QuantizedWeight;

  test('is kept in blocks of 8 bits, the same in whatever parts it is read', async () => {
    const { bytes, checkpoint } = await imported(1e6);
    const { weights } = decodeCheckpoint(bytes);
    expect(weights).toEqual(checkpoint.weights);
    expect(blocksOf(weights)).toMatchObject({ kind: 'quantized', bits: 8, shape: [32, 300] });
    expect((await imported(7 * 32)).bytes).toEqual(bytes);
    const wide = await importHubModel(source, { bits: 4 });
    expect(wide.bytes.length - bytes.length).toBeGreaterThan(0.7 * 4 * 300 * 32);
    const error = largestError(
      denseWeight('embedding', blocksOf(weights)).data,
      (wide.checkpoint.weights.get('embedding') as DenseWeight).data,
    );
    expect(error).toBeLessThanOrEqual(Math.max(...blocksOf(weights).scales.map(Math.abs)));
    expect(error).toBeGreaterThan(0);
  });

  test('gives the same logits from its blocks as unpacked', async () => {
    const { config, weights } = (await imported(1e6)).checkpoint;
    const logitsOf = async (parameters: Parameters) => {
      const x = embedTokens(parameters, input('tokenIds', [1, 8], 'int'));
      const logits = headLogits(config, parameters, forward(config, parameters, { x }).hidden);
      const tokenIds = randomTokens(config, 5, 1, 8);
      return (await runGraph(runtime, compile('logits', { logits }), { tokenIds })).logits ?? [];
    };
    const [blocks, unpacked] = [
      await logitsOf(frozenParameters(weights, 0)),
      await logitsOf(frozenParameters(weights)),
    ];
    expect(largestError(blocks, unpacked)).toBeLessThan(1e-4);
    expect(Math.max(...unpacked) - Math.min(...unpacked)).toBeGreaterThan(3);
  });
});

describe('refusals name the file', () => {
  const changed = (file: string, change: Change, model = 'llama') => {
    const { files } = hubFolder(model);
    const json = JSON.parse(new TextDecoder().decode(files.get(file))) as Record<string, unknown>;
    change(json);
    files.set(file, new TextEncoder().encode(JSON.stringify(json)));
    return sourceOf(files);
  };
  const without = (file: string, shards = 1) => {
    const { files } = hubFolder('llama', { shards });
    files.delete(file);
    return sourceOf(files);
  };

  test.each<[string, ModelSource, RegExp]>([
    [
      'an unknown architecture',
      changed('config.json', (json) => (json.model_type = 'mamba')),
      /^config\.json: model_type: "mamba" is not known; known are llama, qwen2, qwen3, gemma3_text$/,
    ],
    [
      'a field of another type',
      changed('config.json', (json) => (json.hidden_size = '32')),
      /^config\.json: hidden_size: a number is needed/,
    ],
    [
      'another rotation',
      changed('config.json', (json) => (json.rope_scaling = { type: 'yarn', factor: 4 })),
      /config\.json: rope_scaling: "yarn" cannot be read: the types default and llama3 are built/,
    ],
    [
      'another activation',
      changed('config.json', (json) => (json.hidden_act = 'relu')),
      /config\.json: hidden_act: "relu"/,
    ],
    [
      'packed weights',
      changed('config.json', (json) => (json.quantization_config = { bits: 4 })),
      /config\.json: quantization_config: .*floats are needed/,
    ],
    [
      'weights of another size',
      changed('config.json', (json) => (json.intermediate_size = 60)),
      /model\.safetensors: tensor "model\.layers\.0\.mlp\.gate_proj\.weight" has the shape \[64, 32\] where config\.json needs \[60, 32\]/,
    ],
    [
      'biases of an architecture without',
      changed('config.json', (json) => (json.model_type = 'llama'), 'qwen2'),
      /model\.safetensors: tensor "model\.layers\.0\.self_attn\.q_proj\.bias" belongs to no weight of a llama/,
    ],
    [
      'weights that are missing',
      changed('config.json', (json) => (json.model_type = 'qwen2')),
      /tensor "model\.layers\.0\.self_attn\.q_proj\.bias" is missing/,
    ],
    [
      'heads that are rotated in part',
      changed('config.json', (json) => (json.partial_rotary_factor = 0.5)),
      /^config\.json: partial_rotary_factor: 0\.5 cannot be read/,
    ],
    [
      'heads that are rotated in part, in newer words',
      changed('config.json', (json) => (json.rope_parameters = { partial_rotary_factor: 0.25 })),
      /^config\.json: partial_rotary_factor: 0\.25 cannot be read/,
    ],
    [
      'a kind of attention for some layers alone',
      changed('config.json', (json) => (json.layer_types = ['full_attention'])),
      /^config\.json: layer_types: 1 cannot be read: one for each of 2 layers is needed/,
    ],
    [
      'a scale of scores that no number holds',
      changed('config.json', (json) => (json.query_pre_attn_scalar = 5e-324), 'gemma3_text'),
      /^model\.safetensors: tensor "model\.layers\.0\.self_attn\.q_norm\.weight with the scale of config\.json": value 0 is/,
    ],
    [
      'an untied head without weights',
      changed('config.json', (json) => delete json.tie_word_embeddings),
      /^model\.safetensors: tensor "lm_head\.weight" is missing/,
    ],
    ...['model.safetensors', 'tokenizer.json'].map((file): [string, ModelSource, RegExp] => [
      `a pointer of Git LFS for ${file}`,
      sourceOf(hubFolder('llama').files.set(file, new TextEncoder().encode(POINTER))),
      new RegExp(`^${file}: it is a pointer of Git LFS`),
    ]),
    ['no config.json', without('config.json'), /^Org\/Tiny Model: the folder has no config\.json/],
    ['no weights', without('model.safetensors'), /^Org\/Tiny Model: the folder has no model\.safetensors/],
    [
      'a missing shard',
      without('model-00002-of-00003.safetensors', 3),
      /^Org\/Tiny Model: the folder has no model-00002-of-00003\.safetensors/,
    ],
    ['no tokenizer', without('tokenizer.json'), /^Org\/Tiny Model: the folder has no tokenizer\.json/],
    [
      'a tokenizer with more tokens than the embedding',
      changed('config.json', (json) => (json.vocab_size = 250)),
      /^tokenizer\.json: token 250 is outside the 250 of config\.json’s vocab_size/,
    ],
    [
      'an end token outside the vocabulary',
      changed('generation_config.json', (json) => (json.eos_token_id = [296, 300])),
      /^generation_config\.json or config\.json: eos_token_id: token 300 is outside the 300/,
    ],
  ])('%s', async (_, source, message) => {
    const error: unknown = await readHubModel(source).catch((cause: unknown) => cause);
    expect(error).toBeInstanceOf(CheckpointError);
    expect((error as Error).message).toMatch(message);
  });
});
