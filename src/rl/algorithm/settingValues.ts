/** @file The settings of an algorithm at a step, schedules and controllers applied. */
import type { Memory } from '../words/memory.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { allSettings } from './compose.ts';
import type { TrainConfig } from '../config/config.ts';
import { knobNames, knobs } from '../config/knobs.ts';
import { betaAt, entropyCoefficientAt } from './control.ts';

/** A setting's value: the run's, else that of the knob of the same name, of the setting in `sameAs`, or its default. */
export function valueOf(algorithm: Algorithm, config: TrainConfig, id: string): number {
  const setting = allSettings(algorithm).find((s) => s.id === id);
  const given = config.settings[id];
  if (given !== undefined) return given;
  const knob = knobNames.find((name) => knobs[name].id === id);
  if (knob) return config[knob];
  return setting?.sameAs === undefined ? (setting?.default ?? 0) : valueOf(algorithm, config, setting.sameAs);
}

/** All settings at this step by id, schedules and controllers applied. */
export function settingValues(algorithm: Algorithm, config: TrainConfig, memory: Memory, step: number): Settings {
  const plain = Object.fromEntries(allSettings(algorithm).map(({ id }) => [id, valueOf(algorithm, config, id)]));
  const controlled = {
    ...plain,
    ...('beta' in plain && !algorithm.pairs
      ? { beta: betaAt({ ...config, beta: plain.beta as number }, memory, step) }
      : {}),
    ...('entropy_coef' in plain ? { entropy_coef: entropyCoefficientAt(config, memory) } : {}),
  };
  return algorithm.schedule?.(controlled, step) ?? controlled;
}
