/** @file Takes a change of the settings, or keeps the old value and writes why into `errors`. */
import type { StoreApi } from 'zustand/vanilla';
import type { TrainConfig } from '../../rl/config/config.ts';
import { showNumber, type Typed } from '../../ui/settings/number.ts';
import { text } from '../../ui/text.ts';
import type { SettingsState } from './settingsState.ts';

/**
 * Takes the change if `problem` is null, otherwise writes `problem` and the value `kept` into `errors[key]`; answers
 * whether it was taken.
 */
export type Judge = (
  key: string,
  kept: number | string,
  problem: string | null,
  take: () => Partial<SettingsState>,
) => boolean;

export const judgeOf =
  (store: StoreApi<SettingsState>): Judge =>
  (key, kept, problem, take) => {
    store.setState((state) => {
      const { [key]: _settled, ...others } = state.errors;
      return problem === null
        ? { ...take(), errors: others }
        : {
            errors: {
              ...others,
              [key]: `${problem.replace(/\.?$/, '.')} ${text.settings.keptGood(typeof kept === 'number' ? showNumber(kept) : kept)}`,
            },
          };
    });
    return problem === null;
  };

/** Judges a typed number; `typed` is a sentence where the text is no number. */
export function judgeTyped(
  judge: Judge,
  key: string,
  kept: number,
  typed: Typed,
  problemOf: (value: number) => string | null,
  take: (value: number) => TrainConfig,
): boolean {
  return typeof typed === 'string'
    ? judge(key, kept, typed, () => ({}))
    : judge(key, kept, problemOf(typed), () => ({ config: take(typed) }));
}
