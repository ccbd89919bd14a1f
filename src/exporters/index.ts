/** @file The libraries that a run can be exported to. */
import type { TrainConfig } from '../rl/config/config.ts';
import type { Task } from '../tasks/task.ts';
import type { ExportFile } from './python.ts';
import { trainScript } from './trl.ts';
import { verlFiles } from './verl.ts';

type Exporter = (name: string, config: TrainConfig, task: Task) => readonly ExportFile[];

/** By library: the files of a run of that name. */
export const exporters = {
  trl: (name, config, task) => [{ name: 'train.py', text: trainScript(name, config, task) }],
  verl: verlFiles,
} satisfies Readonly<Record<string, Exporter>>;

export type Library = keyof typeof exporters;
export const libraries = Object.keys(exporters) as Library[];
