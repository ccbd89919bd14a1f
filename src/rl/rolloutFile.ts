/** @file Rollouts as a file: what a run takes from one, and what it gives as one. */
import { assert, UsageError } from '../lib/assert.ts';
import { encodeStore, fileHash, readStore, readStoreHeader, type StoreSummary } from './rollout/storeFile.ts';
import type { StoreSurroundings } from './rollout/stored.ts';
import type { Run } from './run.ts';
import type { Group } from './sampling/sampling.ts';
import { samplingTools, storeMaking } from './sampling/tools.ts';
import { sampledAlike } from './sampling/written.ts';
import { settingValues } from './settingValues.ts';
import type { StepContext } from './trainStep.ts';

/** A run was asked to learn from a file that is not there, or that is another or not whole. */
export class RolloutFileError extends Error {
  override readonly name = 'RolloutFileError';
}

/** Rollouts of a run as a file in the form of `npm run rollouts`. */
export interface RolloutFile {
  readonly text: string;
  readonly rollouts: number;
  /**
   * First and last step that they were written for, counted from 1; null for a store, which was there before step 1.
   */
  readonly steps: readonly [first: number, last: number] | null;
}

/** Reads a file for a run. RolloutFileError that names line and field. */
export function readRolloutFile(
  file: unknown,
  surroundings: StoreSurroundings,
): { readonly groups: readonly Group[]; readonly summary: StoreSummary } {
  if (!(file instanceof Uint8Array)) throw new RolloutFileError('a file of rollouts is needed');
  try {
    return readStore(file, surroundings);
  } catch (cause) {
    if (cause instanceof UsageError) throw new RolloutFileError(cause.message, { cause });
    throw cause;
  }
}

/**
 * The store of a run that names its file by its SHA-256. RolloutFileError where it is not that file, or does not fit
 * the run.
 */
export function namedStore(sha256: string, file: unknown, surroundings: StoreSurroundings): readonly Group[] {
  if (!(file instanceof Uint8Array))
    throw new RolloutFileError(`This run learns from the file of rollouts with SHA-256 ${sha256}, which is not here.`);
  const hash = fileHash(file);
  if (hash !== sha256)
    throw new RolloutFileError(
      `This run learns from the file of rollouts with SHA-256 ${sha256}, and the one that is here has ${hash}.`,
    );
  return readRolloutFile(file, surroundings).groups;
}

/**
 * What the run in hand learns from, or what its policy wrote in its newest steps; `writer` names the run. UsageError
 * where there is nothing yet.
 */
export async function rolloutFileOf(run: Run, context: StepContext, writer: string): Promise<RolloutFile> {
  const { config, algorithm, memory, nextStep, written, rolloutFile } = run;
  const { policy, task, difficulty, numGenerations: num_generations } = config;
  const file = (
    groups: readonly Group[],
    of: { policy: string; temperature: number },
    steps: RolloutFile['steps'],
  ): RolloutFile => ({
    text: encodeStore(groups, { policy: of.policy, task, difficulty, temperature: of.temperature, num_generations }),
    rollouts: groups.length * num_generations,
    steps,
  });
  // Byte by byte the same, so that it is still the file that the run names.
  if (rolloutFile)
    return {
      text: new TextDecoder('utf-8', { ignoreBOM: true }).decode(rolloutFile),
      rollouts: readStoreHeader(rolloutFile).rollouts,
      steps: null,
    };
  if (config.rollouts === 'offline') {
    const settings = settingValues(algorithm, config, memory, nextStep);
    return file(
      await samplingTools(context, nextStep, settings).stored(),
      { policy, temperature: storeMaking(settings).temperature },
      null,
    );
  }
  const alike = sampledAlike(written).filter(({ groups }) => groups.length > 0);
  const [first, last] = [alike[0], alike.at(-1)];
  assert(first && last, 'no completion of this run is in memory yet: train a step first');
  const steps = [first.step + 1, last.step + 1] as const;
  return file(
    alike.flatMap(({ groups }) => groups),
    { policy: `${policy} as trained by ${writer}, steps ${steps.join(' to ')}`, temperature: last.temperature },
    steps,
  );
}
