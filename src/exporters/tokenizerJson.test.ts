/** @file `tokenizer.json` through Hugging Face's own library gives the ids and texts of our tokenizers. */
import { readdirSync, readFileSync } from 'node:fs';
import { Tokenizer } from '@huggingface/tokenizers';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { decodeCheckpoint, tokenizerFrom } from '../policy/checkpoint.ts';
import { CheckpointError } from '../policy/safetensors.ts';
import { characterVocabulary, type HubDescription, type TokenizerDescription } from '../policy/tokenizer.ts';
import { tokenizerConfig, tokenizerJson } from './tokenizerJson.ts';

type Own = Exclude<TokenizerDescription, HubDescription>;

/** The library's tokenizer of the files as written. */
const theirs = (description: TokenizerDescription): Tokenizer =>
  new Tokenizer(
    JSON.parse(JSON.stringify(tokenizerJson(description))),
    JSON.parse(JSON.stringify(tokenizerConfig(description, 64))),
  );

/** Texts without the spelling of a control token, which tokenizer.json always reads as that token. */
const spelling = (texts: fc.Arbitrary<string>, controls: readonly string[]): fc.Arbitrary<string> =>
  texts.filter((text) => controls.every((control) => !text.includes(control)));

/** Ids, ids of a prompt, and the text of the ids equal ours for every text. */
function expectEqual(description: Own, texts: fc.Arbitrary<string>): void {
  const [ours, library] = [tokenizerFrom(description), theirs(description)];
  fc.assert(
    fc.property(spelling(texts, description.vocabulary.slice(0, 3)), (text) => {
      const ids = ours.encode(text);
      expect(library.encode(text, { add_special_tokens: false }).ids).toEqual(ids);
      expect(library.encode(text).ids).toEqual(ours.encodePrompt(text));
      const whole = [1, ...ids, ours.eosId];
      expect(library.decode(whole, { skip_special_tokens: true })).toBe(ours.decode(whole));
    }),
    { numRuns: 300 },
  );
}

describe('a character vocabulary', () => {
  it.each(readdirSync('public/policies'))('of %s', (file) => {
    const { tokenizer } = decodeCheckpoint(new Uint8Array(readFileSync(`public/policies/${file}`)));
    if (tokenizer.kind === 'hub') throw new Error('shipped policies have their own tokenizers');
    const characters = tokenizer.vocabulary.slice(3);
    expectEqual(
      tokenizer,
      fc.array(fc.constantFrom(...characters), { maxLength: 60 }).map((some) => some.join('')),
    );
  });

  it('of any characters, with BOS before prompts', () => {
    const characters = [...' ▁éß漢😀"\\\n\t#Ġ1'];
    const description = { kind: 'character' as const, vocabulary: characterVocabulary(characters.join('')) };
    const texts = fc.array(fc.constantFrom(...characters), { maxLength: 40 }).map((some) => some.join(''));
    expectEqual(description, texts);
    expectEqual({ ...description, startsWithBos: true, endIds: [2, 0] }, texts);
  });
});

const BYTES = Array.from({ length: 256 }, (_, byte) => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`);
const SINGLES = [...'abcdé <>0xA1'];

/** A vocabulary as training makes it: each piece joins two earlier ones, and scores fall. */
const vocabularies = fc
  .array(fc.tuple(fc.nat(), fc.nat()), { minLength: 1, maxLength: 30 })
  .map((pairs) => {
    const pieces = [...SINGLES];
    for (const [left, right] of pairs) {
      const piece = `${pieces[left % pieces.length]}${pieces[right % pieces.length]}`;
      if (piece.length <= 8 && !pieces.includes(piece)) pieces.push(piece);
    }
    return pieces;
  })
  .map((pieces): Own => {
    // Ids in another order than scores.
    const sorted = pieces.toSorted();
    return {
      kind: 'bpe',
      vocabulary: ['<unk>', '\n<s>\n', '\n</s>\n', ...BYTES, ...sorted],
      scores: [0, 0, 0, ...BYTES.map(() => 0), ...sorted.map((piece) => -pieces.indexOf(piece))],
    };
  });

describe('a SentencePiece vocabulary', () => {
  const texts = fc.oneof(
    fc.array(fc.constantFrom(...SINGLES), { maxLength: 30 }).map((some) => some.join('')),
    fc.string({ unit: 'grapheme', maxLength: 12 }),
    fc.constantFrom('<0x41>', '▁a b', ' a  b ', '😀é漢'),
  );

  it('with merges in the order of their scores', () => {
    fc.assert(
      fc.property(vocabularies, texts, (description, text) => {
        const [ours, library] = [tokenizerFrom(description), theirs(description)];
        expect(library.encode(text, { add_special_tokens: false }).ids).toEqual(ours.encode(text));
        expect(library.encode(text).ids).toEqual(ours.encodePrompt(text));
      }),
      { numRuns: 2000 },
    );
  });

  it('and its texts, also across bytes', () => {
    for (const description of fc.sample(vocabularies, { numRuns: 3, seed: 3 })) expectEqual(description, texts);
  });

  it('with a repeated piece is refused by name', () => {
    const [one] = fc.sample(vocabularies, { numRuns: 1, seed: 1 });
    if (one?.kind !== 'bpe') throw new Error('no vocabulary');
    const twice = { ...one, vocabulary: [...one.vocabulary, 'a'], scores: [...one.scores, -99] };
    expect(() => tokenizerJson(twice)).toThrow(CheckpointError);
    expect(() => tokenizerJson(twice)).toThrow(/tokens \d+ and \d+ are both "a"/);
  });
});
