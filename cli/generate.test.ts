/**
 * @file Continuations against llama2.c written as plain loops in float64: a small grouped-query model made here, and
 * stories260K if present.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from '../src/engine/runtime/index.ts';
import { random } from '../src/lib/random.ts';
import { continueText } from './generation.ts';
import { loadLanguageModel } from './languageModel.ts';

const BOS = 1;
const EOS = 2;

interface Header {
  readonly dim: number;
  readonly hidden: number;
  readonly layers: number;
  readonly heads: number;
  readonly kvHeads: number;
  readonly vocab: number;
  readonly context: number;
}

/** Tensors of a llama2.c file in order, with their sizes. */
function tensorSizes({ dim, hidden, layers, heads, kvHeads, vocab, context }: Header): [string, number][] {
  const kv = (dim / heads) * kvHeads;
  const table = context * (dim / heads / 2);
  return [
    ['embedding', vocab * dim],
    ['attentionNorm', layers * dim],
    ['wq', layers * dim * dim],
    ['wk', layers * kv * dim],
    ['wv', layers * kv * dim],
    ['wo', layers * dim * dim],
    ['mlpNorm', layers * dim],
    ['w1', layers * hidden * dim],
    ['w2', layers * dim * hidden],
    ['w3', layers * hidden * dim],
    ['norm', dim],
    ['cosines', table],
    ['sines', table],
  ];
}

/** `rows` dot products of a [rows, columns] matrix, which begins at `offset`, with x. */
function times(matrix: Float32Array, offset: number, rows: number, x: readonly number[]): number[] {
  return Array.from({ length: rows }, (_, row) =>
    x.reduce((sum, value, column) => sum + value * (matrix[offset + row * x.length + column] as number), 0),
  );
}

function normed(x: readonly number[], weight: Float32Array, offset: number): number[] {
  const scale = 1 / Math.sqrt(x.reduce((sum, v) => sum + v * v, 0) / x.length + 1e-5);
  return x.map((v, i) => v * scale * (weight[offset + i] as number));
}

/** Rotates adjacent pairs of each head by position / 10000^(2i / head size). */
function rotated(x: readonly number[], position: number, headSize: number): number[] {
  const result = [...x];
  for (let i = 0; i < x.length; i += 2) {
    const angle = position / 10000 ** ((i % headSize) / headSize);
    const [a, b] = [x[i] as number, x[i + 1] as number];
    result[i] = a * Math.cos(angle) - b * Math.sin(angle);
    result[i + 1] = a * Math.sin(angle) + b * Math.cos(angle);
  }
  return result;
}

/** llama2.c's forward pass, one position at a time, in float64. */
class PlainModel {
  readonly header: Header;
  private readonly weights = new Map<string, Float32Array>();
  private readonly keys: number[][][];
  private readonly values: number[][][];

  constructor(bytes: Uint8Array) {
    const view = new DataView(bytes.buffer, bytes.byteOffset);
    const [dim, hidden, layers, heads, kvHeads, vocab, context] = Array.from({ length: 7 }, (_, i) =>
      view.getInt32(4 * i, true),
    ) as [number, number, number, number, number, number, number];
    this.header = { dim, hidden, layers, heads, kvHeads, vocab, context };
    let offset = 28;
    for (const [name, size] of tensorSizes(this.header)) {
      this.weights.set(name, new Float32Array(bytes.slice(offset, offset + 4 * size).buffer));
      offset += 4 * size;
    }
    this.keys = Array.from({ length: layers }, () => []);
    this.values = Array.from({ length: layers }, () => []);
  }

  logits(token: number, position: number): number[] {
    const { dim, layers, vocab } = this.header;
    let x = Array.from(this.weight('embedding').subarray(token * dim, (token + 1) * dim), Number);
    for (let layer = 0; layer < layers; layer++) {
      x = this.attend(layer, x, position).map((v, i) => v + (x[i] as number));
      x = this.feedForward(layer, x).map((v, i) => v + (x[i] as number));
    }
    return times(this.weight('embedding'), 0, vocab, normed(x, this.weight('norm'), 0));
  }

  private attend(layer: number, x: readonly number[], position: number): number[] {
    const { dim, heads, kvHeads } = this.header;
    const size = dim / heads;
    const kv = size * kvHeads;
    const input = normed(x, this.weight('attentionNorm'), layer * dim);
    const query = rotated(times(this.weight('wq'), layer * dim * dim, dim, input), position, size);
    const keys = this.keys[layer] as number[][];
    const values = this.values[layer] as number[][];
    keys.push(rotated(times(this.weight('wk'), layer * kv * dim, kv, input), position, size));
    values.push(times(this.weight('wv'), layer * kv * dim, kv, input));
    const joined = Array.from({ length: heads }, (_, head) => {
      const group = Math.floor(head / (heads / kvHeads)) * size;
      const scores = keys.map(
        (key) =>
          Array.from(
            { length: size },
            (__, i) => (query[head * size + i] as number) * (key[group + i] as number),
          ).reduce((a, b) => a + b, 0) / Math.sqrt(size),
      );
      const largest = Math.max(...scores);
      const exponentials = scores.map((s) => Math.exp(s - largest));
      const total = exponentials.reduce((a, b) => a + b, 0);
      return Array.from({ length: size }, (__, i) =>
        values.reduce((sum, value, t) => sum + ((exponentials[t] as number) / total) * (value[group + i] as number), 0),
      );
    }).flat();
    return times(this.weight('wo'), layer * dim * dim, dim, joined);
  }

  private feedForward(layer: number, x: readonly number[]): number[] {
    const { dim, hidden } = this.header;
    const input = normed(x, this.weight('mlpNorm'), layer * dim);
    const at = layer * hidden * dim;
    const up = times(this.weight('w3'), at, hidden, input);
    const gated = times(this.weight('w1'), at, hidden, input).map(
      (v, i) => (v / (1 + Math.exp(-v))) * (up[i] as number),
    );
    return times(this.weight('w2'), at, dim, gated);
  }

  private weight(name: string): Float32Array {
    return this.weights.get(name) as Float32Array;
  }
}

/**
 * llama2.c's loop: `steps` positions, the likeliest token after the prompt, until BOS or EOS. Also returns the
 * narrowest lead of a chosen token.
 */
function plainContinuation(
  bytes: Uint8Array,
  promptIds: readonly number[],
  steps: number,
): { ids: number[]; narrowest: number } {
  const model = new PlainModel(bytes);
  const ids: number[] = [];
  let narrowest = Infinity;
  for (let position = 0, token = promptIds[0] as number; position < steps; position++) {
    const logits = model.logits(token, position);
    const given = promptIds[position + 1];
    if (given === undefined) {
      const best = Math.max(...logits);
      token = logits.indexOf(best);
      narrowest = Math.min(narrowest, best - Math.max(...logits.filter((_, i) => i !== token)));
      if (token === BOS || token === EOS) break;
      ids.push(token);
    } else token = given;
  }
  return { ids, narrowest };
}

const PIECES = ['a', 'b', 'c', 'd', ' ', 'ab', ' a', 'cd', ' ab', 'abcd', 'é'];
const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const VOCABULARY = ['<unk>', '\n<s>\n', '\n</s>\n', ...BYTES, ...PIECES];
const header: Header = { dim: 32, hidden: 40, layers: 2, heads: 4, kvHeads: 2, vocab: VOCABULARY.length, context: 48 };

function checkpointFile(): Uint8Array {
  const values = tensorSizes(header).flatMap(([name, size]) => {
    const stream = random(3, name);
    const spread = name === 'embedding' ? 1 : 0.4;
    return Array.from({ length: size }, () =>
      name.endsWith('orm') ? 1 + 0.1 * stream.normal() : spread * stream.normal(),
    );
  });
  const { dim, hidden, layers, heads, kvHeads, vocab, context } = header;
  const head = new Uint8Array(Int32Array.of(dim, hidden, layers, heads, kvHeads, vocab, context).buffer);
  return new Uint8Array([...head, ...new Uint8Array(Float32Array.from(values).buffer)]);
}

function tokenizerFile(): Uint8Array {
  const pieces = VOCABULARY.map((piece) => new TextEncoder().encode(piece));
  const longest = Math.max(...pieces.map((piece) => piece.length));
  return new Uint8Array([
    ...new Uint8Array(Int32Array.of(longest).buffer),
    ...pieces.flatMap((piece, id) => [
      ...new Uint8Array(Float32Array.of(-id).buffer),
      ...new Uint8Array(Int32Array.of(piece.length).buffer),
      ...piece,
    ]),
  ]);
}

const folder = mkdtempSync(join(tmpdir(), 'rollout-generate-'));
const checkpoint = join(folder, 'tiny.bin');
afterAll(() => rmSync(folder, { recursive: true }));
beforeAll(() => {
  writeFileSync(checkpoint, checkpointFile());
  writeFileSync(join(folder, `tok${VOCABULARY.length}.bin`), tokenizerFile());
});

describe.each(['node', 'wasm'] as const)('a grouped-query model with byte pairs, on %s', (backend) => {
  const run = async (prompt: string, steps: number, temperature = 0, seed = 1) => {
    const runtime = await createRuntime(backend);
    try {
      return await continueText(runtime, loadLanguageModel(checkpoint), { prompt, steps, temperature, seed });
    } finally {
      await runtime.dispose();
    }
  };

  test.each(['abcd ab', 'é🎉 naïve', ''])('30 tokens after %j are those of the plain loops', async (prompt) => {
    const { promptIds, completionIds, text } = await run(prompt, 48);
    expect(promptIds[0]).toBe(BOS);
    const { ids, narrowest } = plainContinuation(checkpointFile(), promptIds, 48);
    // A lead far above rounding errors; otherwise agreement would depend on luck.
    expect(narrowest).toBeGreaterThan(1e-4);
    expect(ids.length).toBeGreaterThanOrEqual(30);
    expect(completionIds).toEqual(ids);
    expect(text.startsWith(prompt)).toBe(true);
  });

  test('the same seed gives the same text, another seed another text', async () => {
    const first = await run('ab', 40, 1, 7);
    expect(await run('ab', 40, 1, 7)).toEqual(first);
    expect((await run('ab', 40, 1, 8)).completionIds).not.toEqual(first.completionIds);
  });
});

describe('invalid options are refused by name', () => {
  test.each<[string, string, number, RegExp]>([
    [
      'a prompt longer than the context',
      'ac'.repeat(40),
      200,
      /^--prompt: it takes 81 tokens, and the context of this policy has 48$/,
    ],
    ['fewer steps than the prompt has tokens', 'abcdc', 2, /^--steps: the prompt alone takes 4 positions/],
  ])('%s', async (_, prompt, steps, message) => {
    const runtime = await createRuntime('node');
    await expect(
      continueText(runtime, loadLanguageModel(checkpoint), { prompt, steps, temperature: 0, seed: 1 }),
    ).rejects.toThrow(message);
    await runtime.dispose();
  });

  test('a missing tokenizer, a missing checkpoint, and an unknown file are refused', () => {
    const lonely = join(folder, 'sub.bin');
    writeFileSync(lonely, 'not a checkpoint of any kind, but long enough');
    expect(() => loadLanguageModel(checkpoint, join(folder, 'none.bin'))).toThrow(
      /^--tokenizer: .*none\.bin cannot be read: ENOENT/,
    );
    expect(() => loadLanguageModel(join(folder, 'none'))).toThrow(/^--checkpoint: .*none cannot be read: ENOENT/);
    expect(() => loadLanguageModel(lonely)).toThrow(/^--checkpoint .*sub\.bin: llama2\.c file: header/);
  });
});

const thirdParty = process.env['ROLLOUT_THIRD_PARTY'] ?? '';
describe.skipIf(thirdParty === '')('stories260K (needs ROLLOUT_THIRD_PARTY, the folder that holds stories260K)', () => {
  const stories = join(thirdParty, 'stories260K');
  const model = () => loadLanguageModel(join(stories, 'stories260K.bin'));

  test.each(['node', 'wasm'] as const)(
    'continues "Once upon a time" with the reference text on %s',
    async (backend) => {
      const runtime = await createRuntime(backend);
      const { text } = await continueText(runtime, model(), {
        prompt: 'Once upon a time',
        steps: 200,
        temperature: 0,
        seed: 1,
      });
      await runtime.dispose();
      expect(`${text}\n`).toBe(readFileSync(join(stories, 'reference.txt'), 'utf8'));
    },
  );

  test.each(['', 'The dog\nran “home”', 'Zoë 🎉'])('continues %j as the plain loops do', async (prompt) => {
    const runtime = await createRuntime('node');
    const { promptIds, completionIds } = await continueText(runtime, model(), {
      prompt,
      steps: 60,
      temperature: 0,
      seed: 1,
    });
    await runtime.dispose();
    const { ids } = plainContinuation(new Uint8Array(readFileSync(join(stories, 'stories260K.bin'))), promptIds, 60);
    expect(ids.length).toBeGreaterThan(20);
    expect(completionIds).toEqual(ids);
  });
});
