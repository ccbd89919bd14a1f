/**
 * @file Notices that the trainer which is being waited for says nothing. A worker that computes is as silent as one
 * that is dead, so a person is told and decides; only where the browser reports no death of a worker is it given up
 * after a silence far longer than any before.
 */
import { text } from '../../ui/text.ts';
import type { RunState, RunStore } from './runStore.ts';

/** Seconds of silence after which the page says so. */
export const HINT = 30;
/** Seconds of silence, at least, after which a worker whose death nobody reports is given up. */
const LEAST_PATIENCE = 60;
/** The same, in multiples of the longest silence that was followed by news. */
const PATIENCE = 10;

const isAwaited = ({ status, replaying }: RunState): boolean =>
  replaying || status === 'loading' || status === 'running' || status === 'pausing';

/** Whether a step or an evaluation is at work, which gives news again and again. */
const isAtWork = ({ status, step }: RunState): boolean => step > 0 && (status === 'running' || status === 'pausing');

/**
 * Keeps `silent` of the run until the returned function is called. Seconds are counted by a timer, so a machine that
 * sleeps and a page in the background count fewer of them, and a clock that is set back counts as it goes.
 * `tellsDeaths`: whether the end of a worker is an event here.
 */
export function watchSilence(run: RunStore, tellsDeaths: () => Promise<boolean>): () => void {
  let quiet = 0;
  let longest = 0;
  let timer: ReturnType<typeof setInterval> | undefined;
  const tick = () => {
    quiet++;
    if (quiet === HINT) run.setSilent(true);
    if (quiet !== Math.max(LEAST_PATIENCE, PATIENCE * longest) || !isAtWork(run.getState())) return;
    void tellsDeaths().then((tells) => {
      if (!tells && run.getState().silent) run.lose(text.silence.lost);
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
