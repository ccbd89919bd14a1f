/** @file The last numbers of a run, for the list of runs. */
import { mean } from '../../lib/statistics.ts';
import { lastValue, type Row } from '../../ui/charts/series.ts';

/** Rows over which the time of a step is averaged. */
const RECENT = 20;

/** Seconds a step of these rows, over the last ones; null where none was timed. */
export function secondsPerStep(rows: readonly Row[]): number | null {
  const timed = rows.flatMap(({ values }) => values['step_time'] ?? []).slice(-RECENT);
  return timed.length === 0 ? null : mean(timed);
}

export interface LastNumbers {
  /** Mean reward of the last step. */
  readonly reward?: number | undefined;
  /** Exact KL to the base at the last step, in nats a token. */
  readonly kl?: number | undefined;
  /** Seconds a step. */
  readonly seconds?: number | undefined;
}

/** The last numbers of these rows; those that were not measured are absent. */
export function lastNumbers(rows: readonly Row[]): LastNumbers {
  const reward = lastValue(rows, 'reward');
  const kl = lastValue(rows, 'kl_exact');
  const seconds = secondsPerStep(rows);
  return {
    ...(reward ? { reward: reward.value } : {}),
    ...(kl ? { kl: kl.value } : {}),
    ...(seconds === null ? {} : { seconds }),
  };
}
