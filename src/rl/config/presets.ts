/** @file Presets: named starting points. */
import { defaultConfig, type TrainConfig } from './config.ts';

/** A named starting point: its differences from the default configuration. */
export interface Preset {
  readonly id: string;
  readonly title: string;
  /** Its lesson for people; its figures are measured. */
  readonly summary: string;
  readonly config: Partial<TrainConfig>;
}

export const presets: readonly Preset[] = [
  {
    id: 'default',
    title: 'Thinking pays',
    summary:
      'The base answers sums at once and is often wrong, or works them out and is usually right. RL finds that working it out pays.',
    config: {},
  },
  {
    id: 'chain',
    title: 'Chain arithmetic',
    summary: 'Operations applied left to right.',
    config: { task: 'chain', difficulty: 3 },
  },
  {
    id: 'countdown',
    title: 'Countdown',
    summary: 'Find an expression that hits the target.',
    config: { task: 'countdown', difficulty: 3, maxSteps: 150, promptsPerStep: 16 },
  },
  {
    id: 'formats',
    title: 'Echo chamber',
    summary:
      'The base writes sums in three formats, a third each: two are nearly always right, one often wrong. RL makes one of the right ones nearly the only one.',
    config: { task: 'formats', policy: 'echo-even', difficulty: 4, maxSteps: 60 },
  },
  {
    id: 'gridlake',
    title: 'Frozen lake',
    summary:
      'The policy writes its moves across a small frozen lake, and the page walks them. RL makes walks that arrive more frequent.',
    config: { task: 'gridlake', policy: 'text', difficulty: 4, learningRate: 0.002, maxSteps: 100, promptsPerStep: 16 },
  },
  {
    id: 'exact-seq',
    title: 'Exact optimum',
    summary:
      'Three letters of eight: 512 completions, each with its reward, so the best policy under the KL penalty is known and drawn beside the one that learns.',
    config: {
      task: 'exact-seq',
      policy: 'exact-seq',
      difficulty: 3,
      algorithm: 'rloo',
      beta: 0.08,
      learningRate: 0.004,
      lrScheduler: 'linear',
      rank: 32,
      alpha: 32,
      promptsPerStep: 16,
      numGenerations: 16,
      shardSize: 128,
      maxSteps: 160,
      evalEvery: 10,
    },
  },
];

/** The configuration of a preset, or an error that lists the presets. */
export function presetConfig(id: string): TrainConfig {
  const preset = presets.find((p) => p.id === id);
  if (!preset) throw new Error(`preset: there is no "${id}"; choose one of ${presets.map((p) => p.id).join(', ')}`);
  return { ...defaultConfig, ...preset.config };
}
