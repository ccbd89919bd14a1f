/** @file Collects a whole run from the library, or from the page if it is not kept. */
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import { lineOf } from '../storage/keeper.ts';
import { nameOf } from '../storage/names.ts';
import type { Library } from '../stores/library.ts';
import type { Session } from '../stores/session.ts';
import type { WholeRun } from './runFile.ts';

/** Takes a snapshot of the current run at its last step; a failed run has its last checkpoint already. */
async function keepNewest({ run }: Session): Promise<void> {
  const { status, step, replaying, checkpoint } = run.getState();
  if (step > 0 && !replaying && checkpoint?.step !== step && ['running', 'paused', 'finished'].includes(status))
    await run.keep();
}

/** All data of a run; null before its first step. */
export async function collect(session: Session, library: Library, id: string): Promise<WholeRun | null> {
  const isCurrent = session.run.getState().key === id;
  if (isCurrent) await keepNewest(session);
  const kept = await library.read(id);
  if (kept) {
    const { run, rows, database } = kept;
    const snapshots: RunSnapshot[] = [];
    for (const step of await database.checkpointSteps(id)) {
      const snapshot = await database.snapshot(id, step);
      if (snapshot?.step === step && step <= run.steps) snapshots.push(snapshot);
    }
    return { run, rows: rows.filter(({ step }) => step <= run.steps), snapshots };
  }
  const state = session.run.getState();
  if (!isCurrent || state.step === 0 || !state.info) return null;
  const look = { name: nameOf(id, new Set()), color: 0, preset: session.settings.getState().preset };
  return {
    run: lineOf(state, look, Date.now(), 0),
    rows: state.rows,
    snapshots: state.checkpoint ? [state.checkpoint] : [],
  };
}
