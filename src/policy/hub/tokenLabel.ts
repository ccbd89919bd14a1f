/** @file Tokens of a tokenizer.json as text for people, one by one. */
import { once } from '../../lib/once.ts';

/**
 * The byte of each character of byte-level pieces (openai/gpt-2, encoder.py, bytes_to_unicode): printable Latin-1
 * stands for itself, the other bytes for the characters from 256 on.
 */
const byteOf = once(() => {
  const isPrintable = (byte: number) => (byte > 32 && byte < 127) || (byte > 160 && byte !== 173);
  const others = Array.from({ length: 256 }, (_, byte) => byte).filter((byte) => !isPrintable(byte));
  const bytes = Array.from({ length: 256 }, (_, byte) => byte).filter(isPrintable);
  return new Map([
    ...bytes.map((byte) => [String.fromCharCode(byte), byte] as const),
    ...others.map((byte, i) => [String.fromCharCode(256 + i), byte] as const),
  ]);
});

const hexadecimal = (byte: number): string => `<0x${byte.toString(16).toUpperCase().padStart(2, '0')}>`;

/** Bytes of the character that begins with this byte; 1 for a byte that begins none (RFC 3629). */
const lengthFrom = (byte: number): number =>
  byte < 0xc2 ? 1 : byte < 0xe0 ? 2 : byte < 0xf0 ? 3 : byte < 0xf5 ? 4 : 1;

/** The text of a byte-level piece; parts of characters are named by their bytes. */
function byteLevelText(piece: string): string {
  const known = [...piece].map((character) => byteOf().get(character));
  if (known.includes(undefined)) return piece;
  const bytes = Uint8Array.from(known as number[]);
  const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });
  let text = '';
  for (let at = 0; at < bytes.length;) {
    const character = bytes.subarray(at, at + lengthFrom(bytes[at] as number));
    try {
      text += utf8.decode(character);
      at += character.length;
    } catch {
      text += hexadecimal(bytes[at++] as number);
    }
  }
  return text;
}

/** Whether a part of a tokenizer.json is, or has among the parts of its sequence, one of this type. */
const hasType = (part: unknown, type: string): boolean =>
  typeof part === 'object' &&
  part !== null &&
  ((part as { type?: unknown }).type === type ||
    Object.values(part).some((value) => Array.isArray(value) && value.some((inner) => hasType(inner, type))));

/**
 * A function from a piece of this tokenizer.json (its text) to the text that people read, with spaces and line breaks
 * as such; a special token stays as it is, and undefined remains undefined.
 */
export function tokenLabel(tokenizer: string): (piece: string | undefined, isSpecial: boolean) => string | undefined {
  const { decoder, pre_tokenizer: split } = JSON.parse(tokenizer) as { decoder?: unknown; pre_tokenizer?: unknown };
  const isByteLevel = hasType(decoder, 'ByteLevel') || hasType(split, 'ByteLevel');
  return (piece, isSpecial) => {
    if (piece === undefined || isSpecial) return piece;
    return isByteLevel ? byteLevelText(piece) : piece.replaceAll('▁', ' ');
  };
}
