/** @file Prompts of several difficulties: drawn at random for each prompt, or in order from easy to hard. */
import { random } from '../../lib/random.ts';
import type { Example, Task } from '../../tasks/task.ts';
import type { PromptRequest, PromptSampler, PromptSettings } from './sampler.ts';

/**
 * The difficulties of a mixture, ascending: from `lowest_difficulty` to `difficulty` within the task's range; a single
 * one for a task with one problem.
 */
export function levelsOf(
  task: Task,
  { difficulty, lowestDifficulty }: Pick<PromptSettings, 'difficulty' | 'lowestDifficulty'>,
): number[] {
  const lowest = task.outcomes ? difficulty : Math.min(difficulty, Math.max(task.difficulty.min, lowestDifficulty));
  return Array.from({ length: difficulty - lowest + 1 }, (_, i) => lowest + i);
}

/** Prompt `number` of the step, at difficulty `level`. */
export const promptAt = ({ task, config, step }: PromptRequest, number: number, level: number): Example =>
  task.example(random(config.seed, 'prompt', step, number), 'train', level);

/** Prompts whose difficulties are drawn with `probabilities`, [levels]. */
export function drawnPrompts(
  request: PromptRequest,
  levels: readonly number[],
  probabilities: readonly number[],
): Example[] {
  const { config, step, count, first } = request;
  return Array.from({ length: count }, (_, i) => {
    let left = random(config.seed, 'difficulty', step, first + i).uniform();
    const place = probabilities.findIndex((p) => (left -= p) < 0);
    return promptAt(request, first + i, levels.at(place) as number);
  });
}

export const fixedDifficulty: PromptSampler = {
  id: 'fixed',
  title: 'One difficulty',
  summary: 'All prompts are of the difficulty that is set.',
  mixed: false,
  prompts: (request) =>
    Array.from({ length: request.count }, (_, i) => promptAt(request, request.first + i, request.config.difficulty)),
};

export const uniformMixture: PromptSampler = {
  id: 'uniform',
  title: 'Mixed',
  summary: 'Every prompt’s difficulty is drawn anew, all from the lowest to the set one being equally likely.',
  mixed: true,
  prompts(request) {
    const levels = levelsOf(request.task, request.config);
    return drawnPrompts(
      request,
      levels,
      levels.map(() => 1 / levels.length),
    );
  },
};

/** Difficulty at `step` of an ordered run, which gives each an equal number of steps. */
export function orderedLevel(levels: readonly number[], step: number, steps: number): number {
  return levels[Math.min(levels.length - 1, Math.floor((step / steps) * levels.length))] as number;
}

/** The run in equal parts, one for each of the levels in the order that `of` puts them. */
const inOrder = (of: (levels: number[]) => readonly number[]): Pick<PromptSampler, 'mixed' | 'prompts'> => ({
  mixed: true,
  prompts(request) {
    const { task, config, step, count, first } = request;
    const level = orderedLevel(of(levelsOf(task, config)), step, config.maxSteps);
    return Array.from({ length: count }, (_, i) => promptAt(request, first + i, level));
  },
});

export const easyToHard: PromptSampler = {
  id: 'easy_to_hard',
  title: 'Easy to hard',
  summary: 'The run is cut into equal parts, one for each difficulty, the easiest first.',
  ...inOrder((levels) => levels),
};

export const hardToEasy: PromptSampler = {
  id: 'hard_to_easy',
  title: 'Hard to easy',
  summary: 'The run is cut into equal parts, one for each difficulty, the hardest first.',
  ...inOrder((levels) => levels.toReversed()),
};
