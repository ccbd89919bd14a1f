/** @file Files with one JSON value a line, read with errors that name line and field. */
import { UsageError } from './assert.ts';
import type { z } from './zod.ts';

/** The text of a file. UsageError unless it is UTF-8; a byte order mark is dropped. */
export function textOf(bytes: Uint8Array): string {
  try {
    return new TextDecoder('utf-8', { fatal: true }).decode(bytes);
  } catch (cause) {
    throw new UsageError('line 1: it is no text in UTF-8', { cause });
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
