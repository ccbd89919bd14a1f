/** @file The settings of an algorithm at a step, schedules and controllers applied. */
import type { Memory } from '../words/memory.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Settings } from '../words/setting.ts';
import { allSettings } from './compose.ts';
import type { TrainConfig } from '../config/config.ts';
import { knobNames, knobs } from '../config/knobs.ts';
import { movingKnobs } from '../config/schedules.ts';
import { movedAt } from '../words/schedule.ts';
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

/** The configuration at a step: numbers with a schedule are where it has moved them. */
export function configAt(algorithm: Algorithm, config: TrainConfig, step: number): TrainConfig {
  const { schedules } = config;
  if (Object.keys(schedules).length === 0) return config;
  const moved = (id: string, from: number) => (schedules[id] ? movedAt(from, schedules[id], step) : from);
  const settings = allSettings(algorithm).filter(({ id }) => schedules[id]);
  return {
    ...config,
    ...Object.fromEntries(movingKnobs.map((name) => [name, moved(knobs[name].id, config[name])])),
    settings: {
      ...config.settings,
      ...Object.fromEntries(settings.map(({ id }) => [id, moved(id, valueOf(algorithm, config, id))])),
    },
  };
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
