/** @file Every token is legible: blanks as marks, parts of characters as bytes, control tokens as such, all in words. */
import { renderToString } from 'react-dom/server';
import { describe, expect, it } from 'vitest';
import { lookIn, tokenLook } from './tokenLook.ts';
import { TokenText } from './TokenText.tsx';

describe('tokenLook', () => {
  it.each([
    ['the', 'the', 'the', 'text'],
    [' the', '␣the', 'space the', 'text'],
    ['a b\n', 'a␣b⏎', 'a space b line break', 'text'],
    ['\n\n', '⏎⏎', '2 line breaks', 'text'],
    [' '.repeat(16), '␣×16', '16 spaces', 'text'],
    ['\t', '⇥', 'tab', 'text'],
    ['\r\n', '␍⏎', 'carriage return line break', 'text'],
    ['\u200b', 'U+200B', 'U+200B', 'text'],
    ['\u0301', '◌\u0301', '\u0301', 'text'],
    ['你好', '你好', '你好', 'text'],
    ['<0xF0><0x9F>', 'F0 9F', 'bytes F0 9F', 'bytes'],
    [' <0xE4>', '␣E4', 'space bytes E4', 'bytes'],
    ['<T>', '<T>', '<T>', 'text'],
    ['', '', 'no text', 'text'],
  ] as const)('%j', (token, shown, said, kind) => {
    expect(tokenLook(token)).toEqual({ shown, said, kind });
  });

  it('a control token keeps its spelling', () => {
    expect(tokenLook('<|im_end|>', true)).toEqual({
      shown: '<|im_end|>',
      said: 'special token <|im_end|>',
      kind: 'control',
    });
  });
});

describe('lookIn', () => {
  it('names the characters that neighbours give together', () => {
    const tokens = ['a', ' <0xF0><0x9F>', '<0x98>', '<0x80>', '<0x80>', 'b'];
    const said = (place: number, of = tokens) => lookIn({ tokens: of, terminated: false }, place).said;
    expect(said(1, tokens.toSpliced(4, 1))).toBe('space bytes F0 9F, part of 😀');
    expect(said(3, tokens.toSpliced(4, 1))).toBe('bytes 80, part of 😀');
    // One byte too many: no text.
    expect(said(2)).toBe('bytes 98');
    expect(said(0)).toBe('a');
  });

  it('marks the end of a completion, and control tokens within it', () => {
    const completion = { tokens: ['<|im_start|>', '<|im_end|>'], control: [0, 1], terminated: true };
    expect(lookIn(completion, 0)).toMatchObject({ shown: '<|im_start|>', kind: 'control' });
    expect(lookIn(completion, 1)).toMatchObject({ shown: 'end', kind: 'control' });
    expect(lookIn({ ...completion, terminated: false }, 1)).toMatchObject({ shown: '<|im_end|>', kind: 'control' });
  });
});

describe('TokenText', () => {
  it('has words for screen readers where marks stand for blanks, and else its text alone', () => {
    expect(renderToString(<TokenText look={tokenLook('\n')} />)).toMatch(/aria-hidden="true">⏎<.*>line break</);
    expect(renderToString(<TokenText look={tokenLook('12')} />)).not.toMatch(/aria-hidden|title/);
  });
});
