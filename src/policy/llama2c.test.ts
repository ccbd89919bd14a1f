/**
 * @file The reader of llama2.c checkpoints against small generated files: order, transposition, grouped queries, and
 * checks of every size.
 */
import { existsSync, readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { headSize, kvDim, weightNames } from './config.ts';
import { readLlama2c } from './llama2c.ts';
import { CheckpointError } from './safetensors.ts';

const DIM = 8;
const HIDDEN = 12;
const LAYERS = 2;
const HEADS = 4;
const KV_HEADS = 2;
const KV_DIM = 4;
const VOCAB = 5;
const SEQUENCE = 6;

/** Tensors of a file in the published order: name there, layers, rows, columns. */
const FILE_ORDER: [string, number, number, number][] = [
  ['token_embedding', 1, VOCAB, DIM],
  ['rms_att', LAYERS, 1, DIM],
  ['wq', LAYERS, DIM, DIM],
  ['wk', LAYERS, KV_DIM, DIM],
  ['wv', LAYERS, KV_DIM, DIM],
  ['wo', LAYERS, DIM, DIM],
  ['rms_ffn', LAYERS, 1, DIM],
  ['w1', LAYERS, HIDDEN, DIM],
  ['w2', LAYERS, DIM, HIDDEN],
  ['w3', LAYERS, HIDDEN, DIM],
  ['rms_final', 1, 1, DIM],
  ['freq_cis_real', 1, SEQUENCE, 1],
  ['freq_cis_imag', 1, SEQUENCE, 1],
  ['wcls', 1, VOCAB, DIM],
];

/** The value stored at a place, unique in the file and exact in float32. */
const valueAt = (tensor: string, layer: number, row: number, column: number): number =>
  FILE_ORDER.findIndex(([name]) => name === tensor) * 4096 + layer * 1024 + row * 32 + column;

function llamaFile(tied: boolean): Uint8Array {
  const header = Int32Array.of(DIM, HIDDEN, LAYERS, HEADS, KV_HEADS, tied ? VOCAB : -VOCAB, SEQUENCE);
  const values: number[] = [];
  for (const [name, layers, rows, columns] of FILE_ORDER.slice(0, tied ? -1 : undefined)) {
    for (let layer = 0; layer < layers; layer++) {
      for (let row = 0; row < rows; row++)
        for (let column = 0; column < columns; column++) values.push(valueAt(name, layer, row, column));
    }
  }
  const file = new Uint8Array(28 + 4 * values.length);
  file.set(new Uint8Array(header.buffer));
  file.set(new Uint8Array(Float32Array.from(values).buffer), 28);
  return file;
}

/** Expected linear weight [in, out]: the file's [out, in] transposed. */
function transposedOf(tensor: string, layer: number, output: number, input: number): number[] {
  return Array.from({ length: input * output }, (_, i) => valueAt(tensor, layer, i % output, Math.floor(i / output)));
}

describe('a generated file', () => {
  test('the configuration is read from the header', () => {
    expect(readLlama2c(llamaFile(true)).config).toEqual({
      vocabSize: 5,
      dim: 8,
      layers: 2,
      heads: 4,
      kvHeads: 2,
      hiddenDim: 12,
      maxSequence: 6,
      ropeTheta: 10000,
      ropeInterleaved: true,
      normEps: 1e-5,
      tiedHead: true,
    });
    expect(readLlama2c(llamaFile(false)).config).toMatchObject({ vocabSize: 5, tiedHead: false });
  });

  test.each([true, false])('tied %s: the weights are exactly those of the configuration', (tied) => {
    const { config, weights } = readLlama2c(llamaFile(tied));
    expect([kvDim(config), headSize(config)]).toEqual([KV_DIM, 2]);
    expect([...weights.keys()].sort()).toEqual(
      weightNames(config)
        .map((spec) => spec.name)
        .sort(),
    );
    for (const { name, shape } of weightNames(config)) expect([name, weights.get(name)?.shape]).toEqual([name, shape]);
  });

  test('linear weights are transposed to [in, out], each from its own place', () => {
    const { weights } = readLlama2c(llamaFile(false));
    const dense = (name: string): number[] => {
      const weight = weights.get(name);
      if (weight?.kind !== 'dense') throw new Error(`${name} is not dense`);
      return [...weight.data];
    };
    const linears: [string, string, number, number][] = [
      ['q', 'wq', DIM, DIM],
      ['k', 'wk', KV_DIM, DIM],
      ['v', 'wv', KV_DIM, DIM],
      ['o', 'wo', DIM, DIM],
      ['gate', 'w1', HIDDEN, DIM],
      ['down', 'w2', DIM, HIDDEN],
      ['up', 'w3', HIDDEN, DIM],
    ];
    for (let layer = 0; layer < LAYERS; layer++) {
      for (const [ours, theirs, output, input] of linears)
        expect(dense(`layers.${layer}.${ours}`)).toEqual(transposedOf(theirs, layer, output, input));
      expect(dense(`layers.${layer}.attention_norm`)[3]).toBe(valueAt('rms_att', layer, 0, 3));
      expect(dense(`layers.${layer}.mlp_norm`)[7]).toBe(valueAt('rms_ffn', layer, 0, 7));
    }
    expect(dense('embedding')[DIM * 2 + 1]).toBe(valueAt('token_embedding', 0, 2, 1));
    expect(dense('norm')[2]).toBe(valueAt('rms_final', 0, 0, 2));
    expect(dense('head')).toEqual(transposedOf('wcls', 0, VOCAB, DIM));
  });

  test('a view at an odd offset reads the same', () => {
    const file = llamaFile(true);
    const shifted = new Uint8Array(file.length + 1);
    shifted.set(file, 1);
    expect(readLlama2c(shifted.subarray(1))).toEqual(readLlama2c(file));
  });
});

describe('refusals', () => {
  const withField = (index: number, value: number): Uint8Array => {
    const file = llamaFile(true);
    new DataView(file.buffer).setInt32(index * 4, value, true);
    return file;
  };
  test.each<[string, Uint8Array, RegExp]>([
    ['a cut header', new Uint8Array(27), /truncated, 27 bytes do not hold the header of 28/],
    [
      'a cut file',
      llamaFile(true).subarray(0, -4),
      /\d+ bytes, but the sizes in its header need exactly \d+ \(truncated\?\)/,
    ],
    ['a longer file', new Uint8Array([...llamaFile(true), 0]), /need exactly \d+$/],
    ['an untied header on a tied file', withField(5, -VOCAB), /need exactly/],
    ['a later version', withField(0, 0x616b3432), /only version 0/],
    ['no layers', withField(2, 0), /header: policy config: layers: at least 1/],
    ['heads that do not divide', withField(3, 3), /dim: 8 is not divisible by heads \(3\)/],
    ['key heads that do not divide', withField(4, 3), /kvHeads: heads \(4\) is not divisible by 3/],
    ['a vocabulary of 0', withField(5, 0), /vocabSize: at least 1/],
    ['sizes far beyond the file', withField(1, 2 ** 18), /need exactly/],
    [
      'a weight that is not a number',
      withField(7, 0x7fc00000),
      /tensor "embedding": value 0 is NaN, not a finite number/,
    ],
    [
      'an infinite weight',
      withField(7 + VOCAB * DIM + LAYERS * DIM + 3, 0x7f800000),
      /tensor "layers\.0\.q": value 3 is Infinity/,
    ],
    ['negative width', withField(0, -8), /dim: at least 1/],
  ])('%s', (_, bytes, message) => {
    expect(() => readLlama2c(bytes)).toThrow(CheckpointError);
    expect(() => readLlama2c(bytes)).toThrow(message);
  });
});

const thirdParty = process.env['ROLLOUT_THIRD_PARTY'] ?? '';
const storiesPath = `${thirdParty}/stories260K/stories260K.bin`;
test.skipIf(thirdParty === '')(
  'stories260K reads with its published sizes (needs ROLLOUT_THIRD_PARTY, the folder that holds stories260K)',
  () => {
    expect(existsSync(storiesPath)).toBe(true);
    const { config, weights } = readLlama2c(new Uint8Array(readFileSync(storiesPath)));
    expect(config).toMatchObject({
      dim: 64,
      hiddenDim: 172,
      layers: 5,
      heads: 8,
      kvHeads: 4,
      vocabSize: 512,
      maxSequence: 512,
      tiedHead: true,
    });
    let parameters = 0;
    for (const [name, weight] of weights) {
      if (weight.kind !== 'dense') throw new Error(`${name} is not dense`);
      parameters += weight.data.length;
      expect([name, weight.data.every((value) => Number.isFinite(value) && Math.abs(value) < 20)]).toEqual([
        name,
        true,
      ]);
    }
    expect(parameters).toBe(260_032);
  },
);
