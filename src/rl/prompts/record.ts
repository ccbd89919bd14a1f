/**
 * @file The record of a step for the sampler of prompts: how each prompt went, notes by difficulty, and the metrics of
 * both.
 */
import { mean } from '../../lib/statistics.ts';
import type { Memory } from '../words/memory.ts';
import { type StepBatch, writtenPlaces } from '../trajectory/batch.ts';
import type { StepMetrics } from '../metrics/catalogue.ts';
import type { Group, Samples } from '../trajectory/groups.ts';
import { promptSamplerById } from './index.ts';
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

/**
 * By difficulty: share of this step's prompts and running pass rate after it; for a bandit also values, and the
 * probabilities that this step was drawn with.
 */
function curriculumMetrics(
  records: readonly PromptRecord[],
  { task, config, memory }: Surroundings,
  after: Memory,
): StepMetrics {
  const levels = levelsOf(task, config);
  const bandit = isBandit(config.promptSampler);
  const values = armValues(levels, after);
  const probabilities = boltzmann(armValues(levels, memory), config.secTemperature);
  const metrics: StepMetrics = {};
  levels.forEach((level, arm) => {
    metrics[`difficulty/${level}/share`] =
      records.filter(({ example }) => example.difficulty === level).length / records.length;
    const rate = after[rateKey(level)];
    if (rate !== undefined) metrics[`difficulty/${level}/pass_rate`] = rate;
    if (!bandit) return;
    metrics[`difficulty/${level}/value`] = values[arm] as number;
    metrics[`difficulty/${level}/probability`] = probabilities[arm] as number;
  });
  return metrics;
}

/**
 * The sampler's notes for the next step, and its metrics; nothing where all prompts are of one difficulty.
 */
export function curriculumAfter(
  samples: Samples,
  batch: StepBatch,
  surroundings: Surroundings,
): { readonly notes: Memory; readonly metrics: StepMetrics } {
  const { task, config, memory } = surroundings;
  const sampler = promptSamplerById(config.promptSampler);
  if (!sampler.mixed) return { notes: {}, metrics: {} };
  const records = promptRecords(samples, batch);
  const notes = { ...levelNotes(records, levelsOf(task, config), memory), ...sampler.noted?.(records, surroundings) };
  return {
    notes,
    metrics: records.length > 0 ? curriculumMetrics(records, surroundings, { ...memory, ...notes }) : {},
  };
}
