/** @file A run's rollouts as a file. */
import { assert } from '../../lib/assert.ts';
import { encodeStore, readStoreHeader, type RolloutFile } from '../store/storeFile.ts';
import type { Run } from './run.ts';
import type { Group } from '../trajectory/groups.ts';
import { samplingTools, storeMaking } from '../step/samplingTools.ts';
import { sampledAlike } from '../store/written.ts';
import { settingValues } from '../algorithm/settingValues.ts';
import type { StepContext } from '../step/context.ts';

/**
 * The store of an offline run, or else the newest completions of its policy; `writer` names the run. UsageError if
 * there are none yet.
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
    rollouts: groups.reduce((sum, { completions }) => sum + completions.length, 0),
    steps,
  });
  // Unchanged, so that its hash stays the one that the run names.
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
