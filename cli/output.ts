/**
 * @file Files that are complete whenever the process ends: lines appended one by one, and files that appear by a
 * rename.
 */
import {
  closeSync,
  existsSync,
  mkdirSync,
  openSync,
  readdirSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
  writeSync,
} from 'node:fs';
import { basename, dirname, join } from 'node:path';
import { assert, UsageError } from '../src/lib/assert.ts';

const reason = (cause: unknown): string => (cause instanceof Error ? cause.message : String(cause));

/** Makes a folder and those that it lies in. `mkdirSync` with `recursive` never returns for one such as /proc/x. */
function makeFolder(path: string): void {
  if (existsSync(path)) return;
  makeFolder(dirname(path));
  mkdirSync(path);
}

/** Writes the whole string, in as many system calls as it takes. */
function writeAll(descriptor: number, bytes: Uint8Array): void {
  for (let at = 0; at < bytes.length;) {
    try {
      at += writeSync(descriptor, bytes, at);
    } catch (error) {
      // A pipe with a slow reader returns EAGAIN; the next try waits for it.
      if (!(error instanceof Error && 'code' in error && error.code === 'EAGAIN')) throw error;
    }
  }
}

export interface JsonLines {
  write(line: unknown): void;
  close(): void;
}

/** One JSON value per line, each flushed at once; `-` is stdout. Throws UsageError if the file cannot be opened. */
export function openJsonLines(path: string): JsonLines {
  const toStdout = path === '-';
  let descriptor: number;
  try {
    if (!toStdout) makeFolder(dirname(path));
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

/** The draft of a file at `path`; its name includes the writing process. */
export const draftOf = (path: string): string => `${path}.${process.pid}.part`;

/** Whether a process of this machine exists; a process of another user does, although it may not be signalled. */
function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}

/**
 * Removes the drafts that dead processes left in `folder`: all of them, or those of the file `name`. Does nothing if
 * the folder does not exist.
 */
export function sweepDrafts(folder: string, name?: string): void {
  if (!existsSync(folder)) return;
  for (const file of readdirSync(folder)) {
    const [, of, pid] = /^(.+)\.(\d+)\.part$/.exec(file) ?? [];
    if (of !== undefined && (name === undefined || of === name) && !isAlive(Number(pid)))
      rmSync(join(folder, file), { force: true });
  }
}

/** Writes a draft beside the file, and then finishes with it. Throws UsageError naming `flag`. */
function withDraft(flag: string, path: string, bytes: Uint8Array, finish: (draft: string) => void): void {
  const draft = draftOf(path);
  try {
    makeFolder(dirname(path));
    sweepDrafts(dirname(path), basename(path));
    writeFileSync(draft, bytes, { flush: true });
    finish(draft);
  } catch (cause) {
    // If the folder is not a folder, there is no draft to remove.
    if (existsSync(draft)) rmSync(draft);
    throw new UsageError(`${flag}: ${path} cannot be written: ${reason(cause)}`, { cause });
  }
}

/**
 * Writes a draft beside the file and then renames it, so that the path never holds a partial file. Throws UsageError
 * naming `flag`.
 */
export const writeWhole = (flag: string, path: string, bytes: Uint8Array): void =>
  withDraft(flag, path, bytes, (draft) => renameSync(draft, path));

/** Before long work: throws the UsageError that `writeWhole` would throw after it. */
export const checkWritable = (flag: string, path: string): void =>
  withDraft(flag, path, new Uint8Array(), (draft) => {
    assert(!statSync(path, { throwIfNoEntry: false })?.isDirectory(), 'it is a folder');
    rmSync(draft);
  });
