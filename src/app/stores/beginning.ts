/** @file A step of a kept run at which other trainers begin: brought back from a snapshot and by training again. */
import { UsageError } from '../../lib/assert.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import { comparisonWords } from '../../ui/atlas/comparisonWords.ts';
import type { Library } from './libraryParts.ts';
import type { Beside, RunStore } from './runStore.ts';
import type { Beginning } from './runReturn.ts';

interface Target {
  /** The newest snapshot at or before the step; null begins at step 0. */
  readonly snapshot: RunSnapshot | null;
  /** The configuration of step 0. */
  readonly initial: TrainConfig;
  readonly step: number;
}

/** A trainer beside the run's at this step. `goesOn` hears the step before each trained one; false ends early. */
export async function besideAt(
  run: Pick<RunStore, 'beside'>,
  { snapshot, initial, step }: Target,
  goesOn: (step: number) => boolean,
): Promise<Beside> {
  const beside = await run.beside(snapshot?.config ?? initial);
  try {
    if (snapshot) await beside.trainer.restore(snapshot);
    for (let done = snapshot?.step ?? 0; done < step && goesOn(done); done++) await beside.trainer.step();
    return beside;
  } catch (error) {
    beside.end();
    throw error;
  }
}

/** The step of a kept run as a beginning. UsageError if the run, or that step of it, is not kept. */
export async function beginningAt(
  { run: id, step }: { readonly run: string; readonly step: number },
  run: Pick<RunStore, 'beside'>,
  library: Pick<Library, 'read' | 'snapshot'>,
): Promise<Beginning> {
  const kept = await library.read(id);
  if (!kept || kept.run.steps < step) throw new UsageError(comparisonWords.noBeginning(step));
  const { initial, name } = kept.run;
  const beginning = { parent: { id, name, step }, rows: kept.rows.filter((row) => row.step <= step) };
  const snapshot = await library.snapshot(id, step);
  if (snapshot?.step === step) return { ...beginning, snapshot };
  const { trainer, end } = await besideAt(run, { snapshot, initial, step }, () => true);
  try {
    return { ...beginning, snapshot: await trainer.snapshot() };
  } finally {
    end();
  }
}
