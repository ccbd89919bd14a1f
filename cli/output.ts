/** @file Files that are whole whenever the process ends: lines appended one by one, and files that appear by a rename. */
import { closeSync, mkdirSync, openSync, renameSync, rmSync, writeFileSync, writeSync } from 'node:fs';
import { dirname } from 'node:path';
import { UsageError } from '../src/lib/assert.ts';

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Writes the whole string, however many writes the system makes of it. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length; ) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      // A pipe whose reader is slow says "again"; the next try waits for it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

export interface JsonLines {
  write(line: unknown): void;
  close(): void;
}

/** One JSON value a line, each handed to the system as it is made; `-` is stdout. Throws UsageError where the file cannot be opened. */
export function openJsonLines(path: string): JsonLines {
  const toStdout = path === '-';
  let descriptor: number;
  try {
    if (!toStdout) mkdirSync(dirname(path), { recursive: true });
    descriptor = toStdout ? 1 : openSync(path, 'w');
  } catch (cause) {
    throw new UsageError(`--json: ${path} cannot be written: ${reason(cause)}`, { cause });
  }
  return {
    write: (line) => writeAll(descriptor, new TextEncoder().encode(`${JSON.stringify(line)}\n`)),
    close: () => {
      if (!toStdout) closeSync(descriptor);
    },
  };
}

/** Writes a file beside its place and then moves it there, so that the place never holds a part of it. Throws UsageError naming `flag`. */
export function writeWhole(flag: string, path: string, bytes: Uint8Array): void {
  const draft = `${path}.${process.pid}.part`;
  try {
    mkdirSync(dirname(path), { recursive: true });
    writeFileSync(draft, bytes, { flush: true });
    renameSync(draft, path);
  } catch (cause) {
    rmSync(draft, { force: true });
    throw new UsageError(`${flag}: ${path} cannot be written: ${reason(cause)}`, { cause });
  }
}
