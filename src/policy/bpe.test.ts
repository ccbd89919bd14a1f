/**
 * @file Byte pair encoding against a plain rescanning implementation, UTF-8 across byte tokens, and the reader of
 * tokenizer files.
 */
import { existsSync, readFileSync } from 'node:fs';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { bpeTokenizer, readBpeFile, type BpeDescription } from './bpe.ts';
import { CheckpointError } from './safetensors.ts';
import { tokenizerDescriptionSchema } from './tokenizer.ts';

/** Merges of the characters a, b, c, é and space with their scores, two of them tied. */
const MERGES: [string, number][] = [
  ['ab', -1],
  ['ba', -1],
  [' a', -2],
  ['abc', -0.5],
  ['aba', -3],
  [' ab', -4],
  ['cc', -2],
  ['é', -9],
  ['<s', -1],
  ['s>', -2],
  ['<s>', -0.1],
];
const SINGLES = ['a', 'b', 'c', ' ', '<', 's', '>'];
const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const fixture: BpeDescription = {
  kind: 'bpe',
  vocabulary: ['<unk>', '\n<s>\n', '\n</s>\n', ...BYTES, ...SINGLES, ...MERGES.map(([piece]) => piece)],
  scores: [0, 0, 0, ...BYTES.map(() => 0), ...SINGLES.map(() => -20), ...MERGES.map(([, score]) => score)],
};
const tokenizer = bpeTokenizer(fixture);
const id = (piece: string): number => fixture.vocabulary.indexOf(piece);

/** The published algorithm word for word: rescan all adjacent pairs, merge the first of the best. */
function rescanningEncode(text: string): number[] {
  const ids = Array.from(` ${text}`).flatMap((c) =>
    id(c) >= 0 ? [id(c)] : [...new TextEncoder().encode(c)].map((byte) => byte + 3),
  );
  for (;;) {
    let best = -Infinity;
    let at = -1;
    for (let i = 0; i + 1 < ids.length; i++) {
      const merged = id(
        (fixture.vocabulary[ids[i] as number] as string) + (fixture.vocabulary[ids[i + 1] as number] as string),
      );
      if (merged >= 0 && (fixture.scores[merged] as number) > best) [best, at] = [fixture.scores[merged] as number, i];
    }
    if (at < 0) return ids;
    ids.splice(
      at,
      2,
      id((fixture.vocabulary[ids[at] as number] as string) + (fixture.vocabulary[ids[at + 1] as number] as string)),
    );
  }
}

/** The tokenizer file of a description. */
function fileOf({ vocabulary, scores }: BpeDescription): Uint8Array {
  const pieces = vocabulary.map((piece) => new TextEncoder().encode(piece));
  const file = new Uint8Array(4 + pieces.reduce((sum, piece) => sum + 8 + piece.length, 0));
  const view = new DataView(file.buffer);
  view.setInt32(0, Math.max(...pieces.map((piece) => piece.length)), true);
  let offset = 4;
  pieces.forEach((piece, i) => {
    view.setFloat32(offset, scores[i] as number, true);
    view.setInt32(offset + 4, piece.length, true);
    file.set(piece, offset + 8);
    offset += 8 + piece.length;
  });
  return file;
}

describe('framing', () => {
  test('prompts start with BOS, EOS or BOS ends a completion, and lengths bound every ASCII text', () => {
    expect(tokenizer.encodePrompt('abc')).toEqual([tokenizer.bosId, ...tokenizer.encode('abc')]);
    expect(tokenizer.endIds).toEqual([tokenizer.eosId, tokenizer.bosId]);
    const text = fc.string({ unit: 'binary-ascii', minLength: 1, maxLength: 20 });
    fc.assert(
      fc.property(text, text, (prompt, completion) => {
        const longest = tokenizer.tokenLengths({ prompt: prompt.length, completion: completion.length });
        expect(tokenizer.encodePrompt(prompt).length).toBeLessThanOrEqual(longest.promptLength);
        expect(tokenizer.encodeCompletion(completion).length).toBeLessThanOrEqual(longest.completionLength);
      }),
    );
    expect(tokenizer.tokenLengths({ prompt: 2, completion: 2 })).toEqual({ promptLength: 4, completionLength: 4 });
  });
});

describe('encode', () => {
  test('a worked example: " abc" merges ab, then abc; the dummy space stays alone', () => {
    expect(tokenizer.encode('abc').map((token) => tokenizer.tokenText(token))).toEqual([' ', 'abc']);
    expect(tokenizer.encode('a').map((token) => tokenizer.tokenText(token))).toEqual([' a']);
    expect(tokenizer.encode('')).toEqual([]);
  });

  test('ties go to the leftmost pair', () => {
    // "ab" and "ba" score the same: the first pair of "bab" wins.
    expect(tokenizer.encode('bab').map((token) => tokenizer.tokenText(token))).toEqual([' ', 'ba', 'b']);
  });

  test('characters without a piece fall back to their UTF-8 bytes', () => {
    expect(tokenizer.encode('aß').map((token) => tokenizer.tokenText(token))).toEqual([' a', '<0xC3>', '<0x9F>']);
  });

  test('equals the rescanning algorithm on random texts', () => {
    const text = fc.array(fc.constantFrom('a', 'b', 'c', ' ', 'é', 'ß', '<'), { maxLength: 40 }).map((c) => c.join(''));
    fc.assert(
      fc.property(
        text.filter((t) => t !== ''),
        (t) => {
          expect(tokenizer.encode(t)).toEqual(rescanningEncode(t));
        },
      ),
      { numRuns: 300 },
    );
  });

  test('text that spells a control or byte token stays text', () => {
    expect(tokenizer.encode('\n<s>\n')).not.toContain(tokenizer.bosId);
    expect(tokenizer.encode('<0x41>')).not.toContain(0x41 + 3);
  });

  test(
    '100 000 characters are encoded within the time limit, which rescanning would miss by far',
    { timeout: 10_000 },
    () => {
      const text = 'abcab ba cc é'.repeat(8000);
      const ids = tokenizer.encode(text);
      expect(tokenizer.decode([tokenizer.bosId as number, ...ids])).toBe(text);
    },
  );
});

describe('decode', () => {
  test('decode([BOS, ...encode(text)]) is the text', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(tokenizer.decode([1, ...tokenizer.encode(text), 2])).toBe(text);
      }),
    );
  });

  test('only one space is stripped, and only directly behind BOS', () => {
    expect(tokenizer.decode([1, id(' '), id(' '), id('a')])).toBe(' a');
    expect(tokenizer.decode([id(' a')])).toBe(' a');
    expect(tokenizer.decode([1, id('b'), id(' a')])).toBe('b a');
  });

  test('byte tokens join to characters across tokens; a torn character becomes U+FFFD', () => {
    const bytes = [...new TextEncoder().encode('😀\uFEFFß')].map((byte) => byte + 3);
    expect(tokenizer.decode(bytes)).toBe('😀\uFEFFß');
    expect(tokenizer.decode([id('a'), ...bytes.slice(0, 2), id('b')])).toBe('a\uFFFDb');
  });

  test('ids outside the vocabulary are refused', () => {
    expect(() => tokenizer.decode([9999])).toThrow(/token id 9999 is outside the vocabulary/);
  });
});

describe('description and file', () => {
  test('both restore the same tokenizer', () => {
    expect(tokenizerDescriptionSchema.parse(JSON.parse(JSON.stringify(tokenizer.describe())))).toEqual(fixture);
    const read = readBpeFile(fileOf(fixture), fixture.vocabulary.length);
    expect(read.vocabulary).toEqual(fixture.vocabulary);
    expect(read.scores).toEqual(fixture.scores.map(Math.fround));
  });

  const file = fileOf(fixture);
  const edited = (edit: (view: DataView) => void): Uint8Array => {
    const copy = Uint8Array.from(file);
    edit(new DataView(copy.buffer));
    return copy;
  };
  const count = fixture.vocabulary.length;
  test.each<[string, Uint8Array, number, RegExp]>([
    ['empty', new Uint8Array(0), count, /truncated in the longest piece length/],
    ['cut', file.subarray(0, -1), count, new RegExp(`truncated in the piece of token ${count - 1}`)],
    ['too few tokens', file, count + 1, new RegExp(`truncated in the score and length of token ${count}`)],
    ['too many tokens', file, count - 1, /11 bytes follow the \d+ tokens/],
    [
      'length beyond the longest',
      edited((view) => view.setInt32(8, 1000, true)),
      count,
      /token 0 has length 1000, outside 0 to 6/,
    ],
    ['negative length', edited((view) => view.setInt32(8, -1, true)), count, /token 0 has length -1/],
    ['score NaN', edited((view) => view.setFloat32(4, Number.NaN, true)), count, /score of token 0 is NaN/],
    ['piece not UTF-8', edited((view) => view.setUint8(12, 0xff)), count, /piece of token 0 is not UTF-8/],
  ])('%s is refused', (_, bytes, vocabSize, message) => {
    expect(() => readBpeFile(bytes, vocabSize)).toThrow(CheckpointError);
    expect(() => readBpeFile(bytes, vocabSize)).toThrow(message);
  });

  test('a vocabulary without a byte, or with other scores, is refused', () => {
    const vocabulary = fixture.vocabulary.map((piece) => (piece === '<0x41>' ? 'x' : piece));
    expect(() => bpeTokenizer({ ...fixture, vocabulary })).toThrow(/no token for byte 0x41/);
    expect(() => bpeTokenizer({ ...fixture, scores: [] })).toThrow(/0 scores for \d+ pieces/);
  });
});

const thirdParty = process.env['ROLLOUT_THIRD_PARTY'] ?? '';
const tokenizerPath = `${thirdParty}/stories260K/tok512.bin`;
test.skipIf(thirdParty === '')(
  'the tokenizer of stories260K encodes and decodes its reference text (needs ROLLOUT_THIRD_PARTY, the folder that holds stories260K)',
  () => {
    expect(existsSync(tokenizerPath)).toBe(true);
    const stories = bpeTokenizer(readBpeFile(new Uint8Array(readFileSync(tokenizerPath)), 512));
    const text = readFileSync(`${thirdParty}/stories260K/reference.txt`, 'utf8');
    const ids = stories.encode(text);
    // Token count and ids of an independent implementation of run.c's encoder.
    expect(ids).toHaveLength(201);
    expect(stories.encode('Once upon a time')).toEqual([403, 407, 261, 378]);
    expect(stories.decode([1, ...ids])).toBe(text);
    expect(stories.decode([1, ...stories.encode('naïve 😀\n')])).toBe('naïve 😀\n');
  },
);
