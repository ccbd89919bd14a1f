/**
 * @file Difficulties one after the other, each until it is known. Tasks are left at equal accuracy, so that algorithms
 * can be compared in forgetting whatever their speed of learning.
 */
import { random } from '../../lib/random.ts';
import { mean } from '../../lib/statistics.ts';
import type { Memory } from '../words/memory.ts';
import { levelsOf, promptAt } from './levels.ts';
import type { PromptRequest, PromptSampler } from './sampler.ts';

/** Steps before a difficulty can count as known: one lucky step shows nothing. */
export const LEAST_STEPS = 3;
/** Weight of the newest step in the pass rate. */
const NEWEST = 0.5;
/** Share of the prompts that are of earlier difficulties, with replay. */
const REPLAYED = 0.25;

const PLACE = 'in_order/place';
const RATE = 'in_order/pass_rate';
const STEPS = 'in_order/steps';

/** Number of difficulties that are done with; all of them after the last. */
export const doneCount = (memory: Memory): number => memory[PLACE] ?? 0;

/** The difficulty that is learnt now; the last one stays when it is known too. */
const currentOf = (levels: readonly number[], memory: Memory): number =>
  levels[Math.min(doneCount(memory), levels.length - 1)] as number;

function inOrderPrompts(request: PromptRequest, replayed: number) {
  const { task, config, memory, step, count, first } = request;
  const levels = levelsOf(task, config);
  const current = currentOf(levels, memory);
  const earlier = levels.filter((level) => level < current);
  return Array.from({ length: count }, (_, i) => {
    const stream = random(config.seed, 'in order', step, first + i);
    const isReplayed = earlier.length > 0 && stream.uniform() < replayed;
    return promptAt(request, first + i, isReplayed ? stream.pick(earlier) : current);
  });
}

/** `replayed`: share of the prompts that are of earlier difficulties. */
const sampler = (replayed: number): Pick<PromptSampler, 'mixed' | 'prompts' | 'noted'> => ({
  mixed: true,
  prompts: (request) => inOrderPrompts(request, replayed),
  noted(records, { task, config, memory }): Memory {
    const levels = levelsOf(task, config);
    const current = currentOf(levels, memory);
    const rates = records.filter(({ example }) => example.difficulty === current).map(({ passRate }) => passRate);
    const steps = (memory[STEPS] ?? 0) + 1;
    const before = steps === 1 ? undefined : memory[RATE];
    const now = rates.length > 0 ? mean(rates) : (before ?? 0);
    const rate = before === undefined ? now : NEWEST * now + (1 - NEWEST) * before;
    const isKnown = steps >= LEAST_STEPS && rate >= config.passRateMax;
    const isOver = isKnown || steps >= Math.floor(config.maxSteps / levels.length);
    return isOver
      ? { [PLACE]: Math.min(levels.length, doneCount(memory) + 1), [RATE]: 0, [STEPS]: 0 }
      : { [RATE]: rate, [STEPS]: steps };
  },
});

export const inOrder: PromptSampler = {
  id: 'in_order',
  title: 'In order, each until known',
  summary:
    'One difficulty at a time, from the lowest; the next one follows once “pass rate to” is reached, or when its equal part of the steps is over.',
  ...sampler(0),
};

export const inOrderReplayed: PromptSampler = {
  id: 'in_order_replayed',
  title: 'In order, with replay',
  summary: 'The same, and a quarter of the prompts are of the difficulties before.',
  ...sampler(REPLAYED),
};

/** Whether the sampler of that id asks in order until each difficulty is known. */
export const isInOrder = (id: string): boolean => id === inOrder.id || id === inOrderReplayed.id;
