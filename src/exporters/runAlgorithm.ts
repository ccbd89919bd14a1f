/** @file The algorithm of a run for an export to another library, and the sentences about the parts it leaves out. */
import { UsageError } from '../lib/assert.ts';
import { algorithmOf } from '../rl/algorithm/compose.ts';
import { algorithmChoice } from '../rl/algorithm/configured.ts';
import { stagesOf } from '../rl/algorithm/stages.ts';
import { writeStageWords } from '../rl/algorithm/stageWords.ts';
import type { TrainConfig } from '../rl/config/config.ts';
import type { Algorithm } from '../rl/objectives/algorithm.ts';
import { clipRatioC, delta, deltaLow } from '../rl/objectives/settings.ts';
import { overlongBuffer } from '../rl/rewards/shaping.ts';
import { mostAttempts } from '../rl/sampling/dynamic.ts';
import type { Setting } from '../rl/words/setting.ts';

/** A part of an export: arguments of the library’s configuration, and sentences about settings they do not cover. */
export interface ScriptPart {
  readonly lines: readonly string[];
  readonly left: readonly string[];
}

export const joined = (...parts: readonly ScriptPart[]): ScriptPart => ({
  lines: parts.flatMap(({ lines }) => lines),
  left: parts.flatMap(({ left }) => left),
});

/** A sentence for each number that moves: neither library has schedules for it. */
export const leftSchedules = ({ schedules }: TrainConfig): readonly string[] =>
  Object.entries(schedules).map(
    ([id, { kind, to, steps }]) => `the schedule of ${id}: ${kind} to ${to} over ${steps} steps; here it is constant`,
  );

/** A sentence for each stage: neither library trains in stages, so that the script is one training. */
export const leftStages = (config: TrainConfig): readonly string[] =>
  stagesOf(config).map(
    (stage, i) =>
      `stage ${i + 1} of ${config.stages?.length}: ${writeStageWords([stage])}; here one training with the settings above`,
  );

/** Values that switch a part off, so that nothing is left out. */
const idle: Readonly<Record<string, number>> = {
  [overlongBuffer.id]: 0,
  [mostAttempts.id]: 0,
  reward_baseline: 0,
  [delta.id]: delta.max,
  [deltaLow.id]: 0,
  epsilon_low: 0,
  [clipRatioC.id]: clipRatioC.max,
};

export const isIdle = ({ id }: Pick<Setting, 'id'>, value: number): boolean => value === idle[id];

/**
 * The algorithm of the run without its custom objective, which is not translated; null if its parts do not fit each
 * other.
 */
export function composedOf(config: TrainConfig): Algorithm | null {
  try {
    const { objectiveText: _unwritten, ...choice } = algorithmChoice(config);
    return algorithmOf(choice);
  } catch (cause) {
    if (cause instanceof UsageError) return null;
    throw cause;
  }
}

export const settingSentence = ({ id, summary }: Pick<Setting, 'id' | 'summary'>, value: number): string =>
  `${id} = ${value}: ${summary}`;

/** Numbers of the run that its algorithm does not declare: they belong to the custom objective. */
export const undeclared = ({ settings }: TrainConfig, known: readonly Pick<Setting, 'id'>[]): string[] =>
  Object.entries(settings)
    .filter(([id]) => !known.some((setting) => setting.id === id))
    .map(([id, value]) => `${id} = ${value}`);
