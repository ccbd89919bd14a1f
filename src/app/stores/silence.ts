/**
 * @file Notices a trainer that is awaited and sends no events. A computing worker is as silent as a dead one, so the
 * page says so and the user decides. Only in browsers that do not report the death of a worker is it given up, after a
 * silence far longer than any before.
 */
import { text } from '../../ui/text.ts';
import type { RunState, RunStore } from './runStore.ts';

/** Seconds of silence until the page says so. */
export const HINT = 30;
/** Least seconds of silence until a worker is given up, where its death is not reported. */
const LEAST_PATIENCE = 60;
/** The same limit as a multiple of the longest silence that ended with an event. */
const PATIENCE = 10;

const isAwaited = ({ status, replaying }: RunState): boolean =>
  replaying || status === 'loading' || status === 'running' || status === 'pausing';

/** Whether a step or an evaluation is running, which sends events regularly. */
const isAtWork = ({ status, step }: RunState): boolean => step > 0 && (status === 'running' || status === 'pausing');

/**
 * Updates `silent` of the run until the returned function is called. Seconds are counted by a timer, so sleep and
 * background throttling count less, and changes of the clock do not matter. `reportsDeaths`: whether this browser
 * reports the end of a worker.
 */
export function watchSilence(run: RunStore, reportsDeaths: () => Promise<boolean>): () => void {
  let quiet = 0;
  let longest = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    quiet++;
    if (quiet === HINT) run.setSilent(true);
    if (quiet !== Math.max(LEAST_PATIENCE, PATIENCE * longest) || !isAtWork(run.getState())) return;
    void reportsDeaths().then((reports) => {
      if (!reports && run.getState().silent) run.lose(text.silence.lost);
    });
  };
  const listen = (state: RunState, before: RunState) => {
    if (state.silent !== before.silent) return;
    longest = state.key === before.key ? Math.max(longest, quiet) : 0;
    quiet = 0;
    if (state.silent) run.setSilent(false);
    if (!isAwaited(state)) {
      clearInterval(timer);
      timer = undefined;
    } else timer ??= setInterval(tick, 1000);
  };
  listen(run.getState(), run.getState());
  const stop = run.subscribe(listen);
  return () => {
    stop();
    clearInterval(timer);
  };
}
