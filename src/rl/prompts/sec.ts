/**
 * @file Self-Evolving Curriculum (SEC, arXiv 2505.14970): a bandit whose arms are the difficulties. An arm's reward is
 * the mean absolute advantage of its completions, Q moves by TD(0), and the next step's difficulties are drawn from the
 * Boltzmann distribution over Q.
 */
import { mean } from '../../lib/statistics.ts';
import type { Memory } from '../words/memory.ts';
import { drawnPrompts, levelsOf } from './levels.ts';
import type { PromptRecord, PromptSampler } from './sampler.ts';

const keyOf = (level: number): string => `sec/${level}`;

/** Q of each arm, [levels]; 0 before its first prompt. */
export const armValues = (levels: readonly number[], memory: Memory): number[] =>
  levels.map((level) => memory[keyOf(level)] ?? 0);

/** Boltzmann: p_c proportional to exp(Q_c / tau), [levels]. */
export function boltzmann(values: readonly number[], temperature: number): number[] {
  const highest = Math.max(...values);
  const weights = values.map((value) => Math.exp((value - highest) / temperature));
  const total = weights.reduce((sum, weight) => sum + weight, 0);
  return weights.map((weight) => weight / total);
}

/** TD(0) without a next state: Q <- alpha r + (1 - alpha) Q. */
export const nextValue = (value: number, reward: number, alpha: number): number => alpha * reward + (1 - alpha) * value;

/** A bandit whose reward for a prompt is `gainOf`, null for none. An arm without rewards keeps its value. */
function bandit(gainOf: (record: PromptRecord) => number | null): Pick<PromptSampler, 'mixed' | 'prompts' | 'noted'> {
  return {
    mixed: true,
    prompts(request) {
      const levels = levelsOf(request.task, request.config);
      return drawnPrompts(request, levels, boltzmann(armValues(levels, request.memory), request.config.secTemperature));
    },
    noted(records, { task, config, memory }) {
      const levels = levelsOf(task, config);
      const values = armValues(levels, memory);
      return Object.fromEntries(
        levels.flatMap((level, arm) => {
          const gains = records
            .filter(({ example }) => example.difficulty === level)
            .map(gainOf)
            .filter((gain) => gain !== null);
          return gains.length === 0
            ? []
            : [[keyOf(level), nextValue(values[arm] as number, mean(gains), config.secLearningRate)]];
        }),
      );
    },
  };
}

export const sec: PromptSampler = {
  id: 'sec',
  title: 'SEC',
  summary:
    'A bandit prefers the difficulties whose completions have the largest advantages, as the algorithm makes them.',
  ...bandit(({ absoluteAdvantage }) => absoluteAdvantage),
};

/**
 * With advantages scaled to unit deviation, a group's |A| is nearly the same at pass rates 0.5 and 0.1; unscaled it is
 * 2 p (1 - p).
 */
export const secUnscaled: PromptSampler = {
  id: 'sec_unscaled',
  title: 'SEC, unscaled',
  summary:
    'The same bandit, paid the distance of rewards from their group’s mean, before any division by their deviation.',
  ...bandit(({ spread }) => spread),
};

/** Whether the sampler of that id is a bandit. */
export const isBandit = (sampler: string): boolean => sampler === sec.id || sampler === secUnscaled.id;
