/** @file Prompts of text and images as rows of embeddings, and the gradient of the patch embedder. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { derivatives, gradientError } from '../../testing/engine/finiteDifference.ts';
import { constant, input } from '../engine/graph/index.ts';
import { largestError, loadGraph, runGraph } from '../engine/onnx/graphRun.ts';
import { compile } from '../engine/onnx/compile.ts';
import { createNodeRuntime } from '../engine/runtime/node.ts';
import type { Runtime } from '../engine/runtime/runtime.ts';
import { createWasmRuntime } from '../engine/runtime/wasm.ts';
import { embedPatches, embedTokens, encodePrompt, patchLayout } from './embed.ts';
import { randomAdapter, randomTokens, randomWeights, tinyConfig } from '../../testing/tinyPolicy.ts';
import { imageGradient, imagePatches, randomImage } from '../../testing/imagePolicy.ts';
import { frozenParameters } from './parameters.ts';
import { characterTokenizer } from './tokenizer.ts';
import { forward } from './transformer.ts';

const tokenizer = characterTokenizer();

describe('`encodePrompt`', () => {
  test('a string and one text part are the same tokens', () => {
    const tokens = [{ kind: 'tokens', ids: tokenizer.encode('12+3=') }];
    expect(encodePrompt('12+3=', tokenizer, null)).toEqual(tokens);
    expect(encodePrompt([{ kind: 'text', text: '12+3=' }], tokenizer, null)).toEqual(tokens);
  });

  test('an image becomes patches from left to right and top to bottom, each of them row by row', () => {
    const [part] = encodePrompt([randomImage(3)], tokenizer, imagePatches);
    const { pixels } = randomImage(3);
    if (part?.kind !== 'patches') throw new Error('no patches');
    expect(part.count).toBe(4);
    const numbers = 4 * 4 * 3;
    for (const [patch, row, column, channel] of [
      [0, 0, 0, 0],
      [0, 3, 2, 1],
      [1, 0, 3, 2],
      [2, 1, 0, 0],
      [3, 3, 3, 2],
    ] as const) {
      const [y, x] = [4 * (patch >> 1) + row, 4 * (patch % 2) + column];
      expect(part.pixels[patch * numbers + (row * 4 + column) * 3 + channel]).toBe(pixels[(y * 8 + x) * 3 + channel]);
    }
  });

  test('an image is refused without a patch embedder', () => {
    const image = randomImage(3);
    expect(() => encodePrompt([image], tokenizer, null)).toThrow('prompt: this policy cannot see images');
    expect(() => encodePrompt([{ ...image, channels: 1 }], tokenizer, imagePatches)).toThrow(
      'image: 3 channels are needed, not 1',
    );
    expect(() => encodePrompt([{ ...image, height: 6 }], tokenizer, imagePatches)).toThrow(
      'image: patches of 4 pixels do not fill 6 x 8',
    );
    expect(() => encodePrompt([{ ...image, width: 4 }], tokenizer, imagePatches)).toThrow(
      'image: 192 numbers do not fill [8, 4, 3]',
    );
  });
});

describe.each([
  { name: 'Node', make: () => createNodeRuntime() },
  { name: 'WASM', make: () => createWasmRuntime() },
])('the patch embedder on $name', ({ make }) => {
  let runtime: Runtime;
  beforeAll(async () => {
    runtime = await make();
  });
  afterAll(() => runtime.dispose());

  test('the gradient of a prompt with an 8 x 8 image equals finite differences', async () => {
    const { outputs, feeds } = imageGradient();
    const { gradient = [] } = await runGraph(runtime, compile('gradient', outputs, 'float64'), feeds);
    const loaded = await loadGraph(runtime, compile('loss', { loss: outputs.loss }, 'float64'));
    const { size } = patchLayout(imagePatches);
    const entries = Array.from({ length: 60 }, (_, i) => Math.floor((i * (size - 1)) / 59));
    const numeric = await derivatives(
      async (patches) => (await loaded.run({ ...feeds, patches })).loss?.[0] as number,
      Array.from(feeds.patches ?? []),
      entries,
    );
    await loaded.dispose();
    expect(Math.max(...numeric.map(Math.abs))).toBeGreaterThan(1e-2);
    expect(
      gradientError(
        entries.map((i) => gradient[i] as number),
        numeric,
      ),
    ).toBeLessThan(1e-6);
  });

  test('the gradient in single precision agrees', async () => {
    const { outputs, feeds } = imageGradient();
    const single = await runGraph(runtime, compile('gradient', outputs), feeds);
    const double = await runGraph(runtime, compile('gradient', outputs, 'float64'), feeds);
    expect(gradientError(single.gradient ?? [], double.gradient ?? [1])).toBeLessThan(1e-3);
  });

  test('the embedding of a patch is W p + b', async () => {
    const { size, segments } = patchLayout(imagePatches);
    const flat = randomAdapter(size, 4);
    const [part] = encodePrompt([randomImage(3)], tokenizer, imagePatches);
    if (part?.kind !== 'patches') throw new Error('no patches');
    const numbers = part.pixels.length / part.count;
    const x = embedPatches(imagePatches, input('flat', [size]), input('pixels', [1, part.count, numbers]));
    const actual = await runGraph(runtime, compile('x', { x }), { flat, pixels: part.pixels });
    const bias = segments[1]?.offset as number;
    const expected = Array.from({ length: part.count * imagePatches.dim }, (_, i) => {
      const [patch, column] = [Math.floor(i / imagePatches.dim), i % imagePatches.dim];
      const terms = Array.from(
        { length: numbers },
        (_unused, k) => (part.pixels[patch * numbers + k] as number) * (flat[k * imagePatches.dim + column] as number),
      );
      return terms.reduce((sum, term) => sum + term, flat[bias + column] as number);
    });
    expect(largestError(actual.x, expected)).toBeLessThan(1e-5);
  });

  test('explicit positions and visibility equal to the defaults give bit-identical states', async () => {
    const parameters = frozenParameters(randomWeights(tinyConfig, 1));
    const [rows, length] = [2, 6];
    const x = embedTokens(parameters, input('tokenIds', [rows, length], 'int'));
    const positions = input('positions', [rows, length], 'int');
    const visible = constant(
      Uint8Array.from({ length: length * length }, (_, i) => Number(i % length <= Math.floor(i / length))),
      [length, length],
      'bool',
    );
    const feeds = {
      tokenIds: randomTokens(tinyConfig, 3, rows, length),
      positions: Array.from({ length: rows * length }, (_, i) => i % length),
    };
    const hidden = async (sequences: Parameters<typeof forward>[2]) =>
      (await runGraph(runtime, compile('h', { h: forward(tinyConfig, parameters, sequences).hidden }), feeds)).h;
    const plain = await hidden({ x });
    expect(await hidden({ x, positions })).toEqual(plain);
    expect(await hidden({ x, visible })).toEqual(plain);
    const later = await runGraph(
      runtime,
      compile('h', { h: forward(tinyConfig, parameters, { x, positions }).hidden }),
      { ...feeds, positions: feeds.positions.map((position) => 2 * position) },
    );
    expect(later.h).not.toEqual(plain);
  });
});
