/** @file The adapter at a path of the command line, in the form of `npm run train -- --save` or in PEFT's. */
import { readFileSync, statSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { UsageError } from '../src/lib/assert.ts';
import { ArchiveError, readArchive } from '../src/lib/zip.ts';
import type { Checkpoint } from '../src/policy/checkpoint.ts';
import type { LoraConfig } from '../src/policy/loraConfig.ts';
import { type AdapterOrigin, decodePeft, peftOrigin } from '../src/policy/peft.ts';
import { readSafetensors } from '../src/policy/safetensors.ts';
import { decodeAdapter } from './adapterFile.ts';
import { inFile, readInput } from './environment.ts';

export interface PathAdapter {
  readonly flat: Float32Array;
  readonly lora: LoraConfig;
}

interface PeftFolder {
  readonly path: string;
  readonly origin: AdapterOrigin;
  readonly settings: Uint8Array;
  readonly model: Uint8Array;
}

const isFolder = (path: string): boolean => statSync(path, { throwIfNoEntry: false })?.isDirectory() ?? false;

/** Both files of an adapter in PEFT's form, from an archive, a folder, or beside its `adapter_model.safetensors`. */
export function readPeftFolder(flag: string, path: string): PeftFolder {
  const part = partsAt(flag, path);
  const model = part('adapter_model.safetensors');
  return {
    path,
    model,
    settings: part('adapter_config.json'),
    origin: inFile(flag, path, () => peftOrigin(model)),
  };
}

function partsAt(flag: string, path: string): (part: string) => Uint8Array {
  const inFolder = isFolder(path);
  if (inFolder || path.endsWith('.safetensors'))
    return (part) => readInput(flag, join(inFolder ? path : dirname(path), part));
  try {
    const files = readArchive(readFileSync(path));
    return (part) => {
      const found = files.find(({ name }) => name === part);
      if (!found) throw new UsageError(`${flag}: ${path} holds no ${part}`);
      return found.bytes;
    };
  } catch (cause) {
    if (cause instanceof UsageError) throw cause;
    throw new UsageError(
      `${flag}: ${path} cannot be read: ${cause instanceof ArchiveError || cause instanceof Error ? cause.message : String(cause)}`,
      { cause },
    );
  }
}

/** The adapter of a folder in PEFT's form. UsageError if it belongs to another base or does not fit. */
export function decodePeftFolder(
  flag: string,
  { path, origin, settings, model }: PeftFolder,
  { config, manifest }: Checkpoint,
): PathAdapter {
  if (origin.policyHash !== manifest.sha256)
    throw new UsageError(
      `${flag}: the adapter was trained on the base "${origin.policy}" with the SHA-256 ${origin.policyHash}, not on this one (${manifest.sha256})`,
    );
  return inFile(flag, path, () => decodePeft(config, settings, model));
}

/** The adapter at a path, in either form. UsageError that names the flag if it cannot be read or is of another base. */
export function adapterAt(flag: string, path: string, checkpoint: Checkpoint): PathAdapter {
  if (!isFolder(path) && path.endsWith('.safetensors')) {
    const bytes = readInput(flag, path);
    const { metadata } = inFile(flag, path, () => readSafetensors(bytes));
    if (metadata.rollout === undefined)
      return inFile(flag, path, () => decodeAdapter(bytes, checkpoint.config, checkpoint.manifest.sha256));
  }
  return decodePeftFolder(flag, readPeftFolder(flag, path), checkpoint);
}

/** The parameters of an adapter that a run with `lora` can begin with. UsageError if its shape or scale is another. */
export function initAt(flag: string, path: string, checkpoint: Checkpoint, lora: LoraConfig): Float32Array {
  const found = adapterAt(flag, path, checkpoint);
  const words = ({ rank, alpha, targets, rankStabilized }: LoraConfig) =>
    `rank ${rank}, alpha ${alpha}${rankStabilized ? ', rank-stabilised' : ''}, on ${targets.join(', ')}`;
  if (words(found.lora) !== words(lora))
    throw new UsageError(`${flag}: the adapter has ${words(found.lora)}; the run has ${words(lora)}`);
  return found.flat;
}
