/** @file Difficulties asked in order until each is known: when the next one follows, the end, and replay. */
import { describe, expect, test } from 'vitest';
import { taskById } from '../../tasks/index.ts';
import { defaultConfig } from '../config/config.ts';
import type { Memory } from '../words/memory.ts';
import { doneCount, inOrder, inOrderReplayed, isInOrder, LEAST_STEPS } from './inOrder.ts';
import type { PromptSampler } from './sampler.ts';

const task = taskById('chain');
const config = { ...defaultConfig, task: 'chain', difficulty: 4, passRateMax: 0.8, maxSteps: 30 };

const prompts = (sampler: PromptSampler, memory: Memory, count = 8) =>
  sampler.prompts({ task, config, step: 5, memory, count, first: 0 });

/** Memory after a step for each pass rate of the difficulty that is then asked. */
function after(rates: readonly number[], begin: Memory = {}): Memory {
  return rates.reduce<Memory>((memory, passRate, step) => {
    const records = prompts(inOrder, memory).map((example) => ({
      example,
      passRate,
      spread: 0,
      absoluteAdvantage: 0,
    }));
    return { ...memory, ...inOrder.noted?.(records, { task, config, step, memory }) };
  }, begin);
}
const asked = (memory: Memory) => [...new Set(prompts(inOrder, memory).map(({ difficulty }) => difficulty))];

describe('difficulties in order', () => {
  test('begin with the lowest; one step that is solved by luck is not enough', () => {
    expect(asked({})).toEqual([2]);
    expect(asked(after(Array<number>(LEAST_STEPS - 1).fill(1)))).toEqual([2]);
    expect(asked(after(Array<number>(LEAST_STEPS).fill(1)))).toEqual([3]);
  });

  test('follow once the moving pass rate reaches the limit, whose record then begins anew', () => {
    // 0.5, 0.7, 0.75, 0.825 with half of the newest step.
    expect(doneCount(after([0.5, 0.9, 0.8]))).toBe(0);
    const memory = after([0.5, 0.9, 0.8, 0.9]);
    expect(doneCount(memory)).toBe(1);
    expect(doneCount(after([0.7, 0.7, 0.7], memory))).toBe(1);
  });

  test('give up after their equal part of the steps, and the last stays when all are done', () => {
    expect(doneCount(after(Array<number>(9).fill(0)))).toBe(0);
    expect(doneCount(after(Array<number>(10).fill(0)))).toBe(1);
    const all = after(Array<number>(9).fill(1));
    expect([doneCount(all), asked(all)]).toEqual([3, [4]]);
    expect(doneCount(after(Array<number>(9).fill(1), all))).toBe(3);
  });

  test('with replay mix in a quarter of earlier ones, and none while there are none', () => {
    const levels = (memory: Memory) => prompts(inOrderReplayed, memory, 1000).map(({ difficulty }) => difficulty);
    expect(new Set(levels({}))).toEqual(new Set([2]));
    const third = levels({ 'in_order/place': 2 });
    expect(new Set(third)).toEqual(new Set([2, 3, 4]));
    expect(Math.abs(third.filter((level) => level < 4).length / 1000 - 0.25)).toBeLessThan(0.04);
    expect(['in_order', 'in_order_replayed', 'easy_to_hard'].map(isInOrder)).toEqual([true, true, false]);
  });
});
