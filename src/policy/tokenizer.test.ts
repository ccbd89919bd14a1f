/** @file The character vocabulary is fixed, and every text of it survives a round trip. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { tokenizerFrom } from './checkpoint.ts';
import {
  CHARACTER_VOCABULARY,
  characterTokenizer,
  type TokenizerDescription,
  tokenizerDescriptionSchema,
} from './tokenizer.ts';

const tokenizer = characterTokenizer();

const vocabularyOf = (description: TokenizerDescription): readonly string[] =>
  'vocabulary' in description ? description.vocabulary : [];

describe('character tokenizer', () => {
  test('the vocabulary has exactly 64 different tokens in a fixed order', () => {
    expect(tokenizer.vocabSize).toBe(64);
    expect(new Set(CHARACTER_VOCABULARY).size).toBe(64);
    expect([tokenizer.padId, tokenizer.bosId, tokenizer.eosId].map((id) => tokenizer.tokenText(id ?? NaN))).toEqual([
      '<pad>',
      '<bos>',
      '<eos>',
    ]);
    expect(tokenizer.encode('0az+~ ')).toEqual([3, 13, 38, 39, 62, 63]);
  });

  test('texts of the vocabulary survive a round trip', () => {
    const character = fc.constantFrom(...CHARACTER_VOCABULARY.slice(3));
    fc.assert(
      fc.property(fc.array(character), (characters) => {
        const text = characters.join('');
        expect(tokenizer.encode(text)).toHaveLength(characters.length);
        expect(tokenizer.decode(tokenizer.encode(text))).toBe(text);
      }),
    );
  });

  test('control tokens are left out of the text and cannot be written in it', () => {
    expect(tokenizer.decode([1, ...tokenizer.encode('1+1=2'), 2, 0, 0])).toBe('1+1=2');
    expect(tokenizer.encode('<eos>')).toHaveLength(5);
    expect(tokenizer.encode('<eos>')).not.toContain(tokenizer.eosId);
  });

  test.each([
    ['12A', /"A" at position 2/],
    ['a\nb', /"\\n" at position 1/],
    ['1😀', /"😀" at position 1/],
  ])('%j is refused with character and position', (text, message) => {
    expect(() => tokenizer.encode(text)).toThrow(message);
  });

  test.each([64, -1, 1.5])('id %d is outside the vocabulary', (id) => {
    expect(() => tokenizer.decode([id])).toThrow(`token id ${id} is outside the vocabulary of 64`);
    expect(() => tokenizer.tokenText(id)).toThrow(`token id ${id}`);
  });

  test('its description restores the same tokenizer', () => {
    const description = tokenizerDescriptionSchema.parse(JSON.parse(JSON.stringify(tokenizer.describe())));
    expect(description.kind).toBe('character');
    expect(characterTokenizer(vocabularyOf(description)).encode('3*(4-1)')).toEqual(tokenizer.encode('3*(4-1)'));
  });

  test.each([
    [['<bos>', '<pad>', '<eos>', 'a'], /token 0 must be <pad>/],
    [['<pad>', '<bos>', '<eos>', 'a', 'a'], /repeats a token/],
    [['<pad>', '<bos>', '<eos>', 'ab'], /"ab" is not a single character/],
  ])('a vocabulary like %j is refused', (vocabulary, message) => {
    expect(() => characterTokenizer(vocabulary)).toThrow(message);
  });
});

describe('framing', () => {
  const vocabulary = vocabularyOf(tokenizerDescriptionSchema.parse(tokenizer.describe()));

  test('by default a prompt is its text, and EOS alone ends a completion', () => {
    expect(tokenizer.encodePrompt('1+1=')).toEqual(tokenizer.encode('1+1='));
    expect(tokenizer.endIds).toEqual([2]);
    expect(tokenizer.encodeCompletion('2')).toEqual([...tokenizer.encode('2'), 2]);
    expect(tokenizer.tokenLengths({ prompt: 4, completion: 3 })).toEqual({ promptLength: 4, completionLength: 4 });
    expect(Object.keys(tokenizer.describe())).toEqual(['kind', 'vocabulary']);
  });

  test('a description may ask for BOS and several end tokens, and states them again', () => {
    const stated = tokenizerDescriptionSchema.parse({
      kind: 'character',
      vocabulary,
      startsWithBos: true,
      endIds: [5, 2],
    });
    const own = tokenizerFrom(stated);
    expect(own.encodePrompt('1+1=')).toEqual([1, ...tokenizer.encode('1+1=')]);
    expect(own.encodeCompletion('2')).toEqual([...tokenizer.encode('2'), 5]);
    expect(own.endIds).toEqual([5, 2]);
    expect(own.tokenLengths({ prompt: 4, completion: 3 })).toEqual({ promptLength: 5, completionLength: 4 });
    expect(own.describe()).toEqual(stated);
  });

  test('an end token that is not in the vocabulary is refused', () => {
    expect(() => characterTokenizer(vocabulary, { endIds: [64] })).toThrow(
      'endIds: token 64 is outside the vocabulary of 64',
    );
    expect(tokenizerDescriptionSchema.safeParse({ kind: 'character', vocabulary, endIds: [] }).success).toBe(false);
  });
});
