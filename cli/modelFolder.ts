/** @file A folder on disk in the layout of the Hugging Face hub as the base of a command. */
import { existsSync, statSync } from 'node:fs';
import { open, stat } from 'node:fs/promises';
import { basename, dirname, join, resolve } from 'node:path';
import { assert, UsageError } from '../src/lib/assert.ts';
import { hubConfigSchema, policyConfigOf } from '../src/policy/hub/architectures.ts';
import { type HubOptions, importHubModel } from '../src/policy/hub/model.ts';
import { type ModelSource, needJson } from '../src/policy/hub/source.ts';
import { usualBits } from '../src/policy/hub/weights.ts';
import { decodeCheckpoint } from '../src/policy/checkpoint.ts';
import { CheckpointError } from '../src/policy/safetensors.ts';
import { refusalOf } from '../src/rl/forecast/forecast.ts';
import { type LoadedPolicy, machineLimit } from './environment.ts';

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
async function inFolder<T>(path: string, read: (source: ModelSource) => Promise<T>): Promise<T> {
  try {
    return await read(folderSource(path));
  } catch (cause) {
    if (cause instanceof CheckpointError) throw new UsageError(`--model ${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The smallest run: a model for which there is no room cannot be used at all. */
const SMALLEST = { promptsPerStep: 1, rows: 2, rowsAtOnce: 2, numIterations: 1, rank: 1 };
const SHORTEST = { promptLength: 8, completionLength: 8 };

/** CheckpointError with need and limit if this machine has too little memory for the model, of which config.json is read. */
async function checkRoom(source: ModelSource, bits: HubOptions['bits']): Promise<void> {
  const config = policyConfigOf(await needJson(source, 'config.json', hubConfigSchema));
  const planned = {
    config,
    bits: bits ?? usualBits(config),
    run: { ...SMALLEST, ...SHORTEST },
    backend: 'node',
  } as const;
  const refusal = refusalOf(planned, machineLimit());
  if (refusal !== null) throw new CheckpointError(refusal);
}

/** The result of `read` over the folder of a model for which there is memory. Errors of `inFolder`. */
export const readFolder = <T>(
  path: string,
  options: HubOptions,
  read: (source: ModelSource, options: HubOptions) => Promise<T>,
): Promise<T> =>
  inFolder(path, async (source) => {
    await checkRoom(source, options.bits);
    return read(source, options);
  });

/** The model of a folder as a policy, whose weights lie in the memory of its file. */
export const loadModelFolder = async (path: string, options: HubOptions): Promise<LoadedPolicy> => {
  const { bytes } = await readFolder(path, options, importHubModel);
  return { bytes, checkpoint: decodeCheckpoint(bytes, true) };
};
