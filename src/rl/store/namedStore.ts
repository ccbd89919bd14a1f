/** @file The rollout file that a run reads, or names by its hash. */
import { UsageError } from '../../lib/assert.ts';
import type { Group } from '../trajectory/groups.ts';
import { sha256Hex } from '../../lib/sha256.ts';
import { readStore, type StoreSummary } from './storeFile.ts';
import type { StoreSurroundings } from './stored.ts';

/** The rollout file of a run is absent, differs from the named one, or is invalid. */
export class RolloutFileError extends Error {
  override readonly name = 'RolloutFileError';
}

/** Reads a rollout file for a run. RolloutFileError that names line and field if it does not fit. */
export async function readRolloutFile(
  file: unknown,
  surroundings: StoreSurroundings,
): Promise<{ readonly groups: readonly Group[]; readonly summary: StoreSummary }> {
  if (!(file instanceof Uint8Array)) throw new RolloutFileError('a file of rollouts is needed');
  try {
    return await readStore(file, surroundings);
  } catch (cause) {
    if (cause instanceof UsageError) throw new RolloutFileError(cause.message, { cause });
    throw cause;
  }
}

/**
 * The store of a run that names its file by its SHA-256. RolloutFileError if the file is absent, has another hash, or
 * does not fit the run.
 */
export async function namedStore(
  sha256: string,
  file: unknown,
  surroundings: StoreSurroundings,
): Promise<readonly Group[]> {
  if (!(file instanceof Uint8Array))
    throw new RolloutFileError(`This run learns from the file of rollouts with SHA-256 ${sha256}, which is not here.`);
  const hash = sha256Hex(file);
  if (hash !== sha256)
    throw new RolloutFileError(
      `This run learns from the file of rollouts with SHA-256 ${sha256}, and the one that is here has ${hash}.`,
    );
  return (await readRolloutFile(file, surroundings)).groups;
}
