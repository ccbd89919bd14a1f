/** @file Results of a step for the sampler of prompts: of each prompt, and of each difficulty. */
import { mean } from '../../lib/statistics.ts';
import type { Memory } from '../words/memory.ts';
import { type StepBatch, writtenPlaces } from '../trajectory/batch.ts';
import type { Group, Samples } from '../trajectory/groups.ts';
import { promptSamplerById } from './index.ts';
import { doneCount, isInOrder } from './inOrder.ts';
import { levelsOf } from './levels.ts';
import type { PromptRecord, PromptRequest } from './sampler.ts';
import { armValues, boltzmann, isBandit } from './sec.ts';

type Surroundings = Pick<PromptRequest, 'task' | 'config' | 'step' | 'memory'>;

/** Weight of the newest step in a difficulty's running pass rate. */
const NEWEST = 0.2;

function recordOf({ example, completions }: Group, absoluteAdvantage: number | null): PromptRecord {
  const rewards = completions.map(({ reward }) => reward).filter(Number.isFinite);
  const center = rewards.length > 0 ? mean(rewards) : 0;
  return {
    example,
    absoluteAdvantage,
    passRate: mean(completions.map(({ verdict }) => Number(verdict.correct))),
    spread: rewards.length > 0 ? mean(rewards.map((reward) => Math.abs(reward - center))) : 0,
  };
}

/** Records of the step's prompts, dropped ones last. Replayed groups are left out, since an older policy wrote them. */
function promptRecords({ groups, dropped }: Samples, batch: StepBatch): PromptRecord[] {
  const advantages = batch.arrays.advantages as Float32Array;
  let row = 0;
  const kept = groups.map((group) =>
    recordOf(
      group,
      mean(
        group.completions.map(() => {
          const places = writtenPlaces(batch, row++);
          return places.length > 0 ? mean(places.map((i) => Math.abs(advantages[i] as number))) : 0;
        }),
      ),
    ),
  );
  const isFresh = (_: PromptRecord, i: number) => groups[i]?.writtenAt === undefined;
  return [...kept.filter(isFresh), ...dropped.map((group) => recordOf(group, null))];
}

const countKey = (level: number): string => `difficulty/${level}/prompts`;
const rateKey = (level: number): string => `difficulty/${level}/pass_rate`;

/** Number of prompts so far and running pass rate of each difficulty of the step. */
function levelNotes(records: readonly PromptRecord[], levels: readonly number[], memory: Memory): Memory {
  return Object.fromEntries(
    levels.flatMap((level) => {
      const own = records.filter(({ example }) => example.difficulty === level);
      if (own.length === 0) return [];
      const rate = mean(own.map(({ passRate }) => passRate));
      const before = memory[rateKey(level)] ?? rate;
      return [
        [countKey(level), (memory[countKey(level)] ?? 0) + own.length],
        [rateKey(level), NEWEST * rate + (1 - NEWEST) * before],
      ];
    }),
  );
}

/** One difficulty after a step. */
export interface LevelFacts {
  readonly level: number;
  /** Of this step's prompts. */
  readonly share: number;
  /** As it is kept after the step; absent before the difficulty was first asked. */
  readonly passRate?: number | undefined;
  /** Of a bandit: the value after the step, and the probability that the step was drawn with. */
  readonly value?: number;
  readonly probability?: number;
  /** Of a sampler that asks in order: 1 once it is done with the difficulty, else 0. */
  readonly done?: number;
}

function levelFacts(
  records: readonly PromptRecord[],
  { task, config, memory }: Surroundings,
  after: Memory,
): LevelFacts[] {
  const levels = levelsOf(task, config);
  const values = armValues(levels, after);
  const probabilities = boltzmann(armValues(levels, memory), config.secTemperature);
  const done = doneCount(after);
  return levels.map((level, arm) => ({
    level,
    share: records.filter(({ example }) => example.difficulty === level).length / records.length,
    passRate: after[rateKey(level)],
    ...(isBandit(config.promptSampler)
      ? { value: values[arm] as number, probability: probabilities[arm] as number }
      : {}),
    ...(isInOrder(config.promptSampler) ? { done: Number(arm < done) } : {}),
  }));
}

/**
 * Memory for the next step's sampler of prompts, and the difficulties as they now are; nothing where all prompts have
 * one difficulty.
 */
export function curriculumAfter(
  samples: Samples,
  batch: StepBatch,
  surroundings: Surroundings,
): { readonly notes: Memory; readonly levels: readonly LevelFacts[] } {
  const { task, config, memory } = surroundings;
  const sampler = promptSamplerById(config.promptSampler);
  if (!sampler.mixed) return { notes: {}, levels: [] };
  const records = promptRecords(samples, batch);
  const notes = { ...levelNotes(records, levelsOf(task, config), memory), ...sampler.noted?.(records, surroundings) };
  return { notes, levels: records.length > 0 ? levelFacts(records, surroundings, { ...memory, ...notes }) : [] };
}
