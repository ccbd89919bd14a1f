/** @file A folder on disk in the layout of the Hugging Face hub as the base of a command. */
import { existsSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { assert, UsageError } from '../src/lib/assert.ts';
import { type HubOptions, importHubModel } from '../src/policy/hub/model.ts';
import type { ModelSource } from '../src/policy/hub/source.ts';
import { CheckpointError } from '../src/policy/safetensors.ts';
import type { LoadedPolicy } from './environment.ts';

/** `owner/name` where the folder lies as the hub's cache or a clone puts it, else the name of the folder. */
const nameOf = (folder: string): string => {
  const [, owner, name] = /^models--([^-].*?)--(.+)$/.exec(basename(dirname(dirname(folder)))) ?? [];
  return owner && name ? `${owner}/${name}` : basename(folder);
};

/** The files of a folder. UsageError unless it is one. */
export function folderSource(path: string): ModelSource {
  const folder = resolve(path);
  assert(existsSync(folder) && statSync(folder).isDirectory(), `--model: ${path} is no folder`);
  return {
    name: nameOf(folder),
    async sizeOf(file) {
      const found = await stat(join(folder, file)).catch(() => null);
      return found?.isFile() ? found.size : null;
    },
    async read(file, start, end) {
      const handle = await open(join(folder, file));
      try {
        const bytes = new Uint8Array(end - start);
        const { bytesRead } = await handle.read(bytes, 0, bytes.length, start);
        return bytes.subarray(0, bytesRead);
      } finally {
        await handle.close();
      }
    },
  };
}

/** The result of `read` over the folder; its CheckpointError becomes a UsageError that names flag and folder. */
export async function inFolder<T>(path: string, read: (source: ModelSource) => Promise<T>): Promise<T> {
  try {
    return await read(folderSource(path));
  } catch (cause) {
    if (cause instanceof CheckpointError) throw new UsageError(`--model ${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The model of a folder as a policy. */
export const loadModelFolder = (path: string, options: HubOptions): Promise<LoadedPolicy> =>
  inFolder(path, (source) => importHubModel(source, options));
