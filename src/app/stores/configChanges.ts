/** @file How two configurations differ, and when each difference takes effect. Pure functions. */
import { choiceNames } from '../../rl/config/choices.ts';
import type { LiveChanges, TrainConfig } from '../../rl/config/config.ts';
import { knobNames } from '../../rl/config/knobs.ts';
import { presetConfig, presets } from '../../rl/config/presets.ts';
import { actsNow } from './algorithmSettings.ts';

/** Whether two configurations hold the same values, in whatever order their fields stand. */
export function sameConfig(one: TrainConfig, other: TrainConfig): boolean {
  const sorted = (config: TrainConfig) =>
    JSON.stringify(Object.entries(config).toSorted(([a], [b]) => (a < b ? -1 : 1)));
  return sorted(one) === sorted(other);
}

const differs = (name: keyof TrainConfig, settings: TrainConfig, run: Readonly<Partial<TrainConfig>>): boolean =>
  JSON.stringify(settings[name]) !== JSON.stringify(run[name]);
/** Names of the fields of both: a run without stages lacks that field. */
const namesOf = (settings: TrainConfig, run: Readonly<Partial<TrainConfig>>) =>
  Object.keys({ ...run, ...settings }) as (keyof TrainConfig)[];

/**
 * Names of the settings that differ from the run's configuration and need a new run. `together` also counts settings
 * that could act at the next step.
 */
export function waitingChanges(settings: TrainConfig, run: TrainConfig, together = false): readonly string[] {
  return namesOf(settings, run).filter(
    (name) => (together || !actsNow(name, settings, run)) && differs(name, settings, run),
  );
}

/** Settings that differ from the run's and act at its next step. */
export function liveChanges(settings: TrainConfig, run: Readonly<Partial<TrainConfig>>): LiveChanges {
  const live = namesOf(settings, run).filter((name) => actsNow(name, settings, run) && differs(name, settings, run));
  const picked = <N extends keyof LiveChanges>(names: readonly N[]): LiveChanges =>
    Object.fromEntries(names.filter((name) => live.includes(name)).map((name) => [name, settings[name]]));
  return { ...picked(knobNames), ...picked(choiceNames), ...picked(['settings', 'schedules']) };
}

/**
 * Whether the chosen preset is not the run's. The settings of a preset belong together, so all of them then wait for a
 * new run.
 */
export const isOtherPreset = ({ preset }: { readonly preset: string }, run: { readonly preset: string }): boolean =>
  run.preset !== '' && run.preset !== preset;

/** Whether the settings differ from their preset, but for the copy of its model; false for an unknown preset. */
export function differsFromPreset({
  preset,
  config,
}: {
  readonly preset: string;
  readonly config: TrainConfig;
}): boolean {
  const known = presets.find(({ id }) => id === preset);
  if (!known) return false;
  const own = presetConfig(preset);
  return !sameConfig(known.model === undefined ? own : { ...own, policy: config.policy }, config);
}
