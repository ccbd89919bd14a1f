/** @file The character vocabulary is fixed, and every text of it survives a round trip. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { CHARACTER_VOCABULARY, characterTokenizer, tokenizerDescriptionSchema } from './tokenizer.ts';

const tokenizer = characterTokenizer();

describe('character tokenizer', () => {
  test('the vocabulary has exactly 64 different tokens in a fixed order', () => {
    expect(tokenizer.vocabSize).toBe(64);
    expect(new Set(CHARACTER_VOCABULARY).size).toBe(64);
    expect([tokenizer.padId, tokenizer.bosId, tokenizer.eosId].map((id) => tokenizer.tokenText(id))).toEqual([
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
    expect(characterTokenizer(description.vocabulary).encode('3*(4-1)')).toEqual(tokenizer.encode('3*(4-1)'));
  });

  test.each([
    [['<bos>', '<pad>', '<eos>', 'a'], /token 0 must be <pad>/],
    [['<pad>', '<bos>', '<eos>', 'a', 'a'], /repeats a token/],
    [['<pad>', '<bos>', '<eos>', 'ab'], /"ab" is not a single character/],
  ])('a vocabulary like %j is refused', (vocabulary, message) => {
    expect(() => characterTokenizer(vocabulary)).toThrow(message);
  });
});
