/** @file Files with one JSON value a line, read with errors that name line and field. */
import { UsageError } from './assert.ts';
import type { z } from './zod.ts';

/** Bytes of the longest beginning that can be that of a text in UTF-8. */
function validLength(bytes: Uint8Array): number {
  let [valid, invalid] = [0, bytes.length];
  while (invalid - valid > 1) {
    const middle = (valid + invalid) >> 1;
    try {
      new TextDecoder('utf-8', { fatal: true }).decode(bytes.subarray(0, middle), { stream: true });
      valid = middle;
    } catch {
      invalid = middle;
    }
  }
  return valid;
}

/** The text of bytes in UTF-8, without a byte order mark. UsageError that names line and column of other bytes. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    const valid = new TextDecoder().decode(bytes.subarray(0, validLength(bytes)), { stream: true });
    const lines = valid.split('\n');
    const [first = 0, second = 0] = bytes;
    const why = first + second === 0x1fd ? 'it is a text in UTF-16; UTF-8 is needed' : 'it is no text in UTF-8';
    throw new UsageError(`line ${lines.length}, column ${(lines.at(-1) ?? '').length + 1}: ${why}`, { cause });
  }
}

/** A line by its schema; `line` counts from 1. UsageError that names line and field. */
export function parsedLine<T>(schema: z.ZodType<T>, text: string, line: number): T {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw new UsageError(`line ${line}: it is not whole JSON`, { cause });
  }
  const result = schema.safeParse(value);
  if (result.success) return result.data;
  const [issue] = result.error.issues;
  throw new UsageError(`line ${line}: ${issue?.path.join('.') || 'fields'}: ${issue?.message ?? 'is not right'}`);
}
