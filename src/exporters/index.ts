/** @file The libraries that a run can be exported to. */
import type { PolicyConfig } from '../policy/config.ts';
import { type AdapterOrigin, encodePeft } from '../policy/peft.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import type { Task } from '../tasks/task.ts';
import type { ExportFile } from './python.ts';
import type { Tuned } from './transformers.ts';
import { trlFiles } from './trl.ts';
import { verlFiles } from './verl.ts';

/** `model` is the model that is trained, by its id on the hub; a small one if absent. */
type Trainer = (name: string, config: TrainConfig, task: Task, model?: string) => readonly ExportFile[];

/** By library that trains: the files of a run of that name. */
export const trainers = {
  trl: trlFiles,
  verl: verlFiles,
} satisfies Readonly<Record<string, Trainer>>;

export type TrainerLibrary = keyof typeof trainers;
export const trainerLibraries = Object.keys(trainers) as TrainerLibrary[];

/** Every library; the last two read weights. */
export const libraries = [...trainerLibraries, 'peft', 'transformers'] as const;

/** The files of an adapter for PEFT; `baseName` is the base’s id on the hub. */
export const peftFolder = (
  config: PolicyConfig,
  { lora, flat }: Tuned,
  origin: AdapterOrigin,
  baseName?: string,
): readonly ExportFile[] =>
  Object.entries(encodePeft(config, lora, flat, origin, baseName)).map(([name, content]) => ({ name, content }));
