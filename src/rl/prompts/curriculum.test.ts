/**
 * @file Prompt samplers: the prompts they draw, the memory they keep, and that both depend only on seed, step and
 * memory.
 */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import { mean } from '../../lib/statistics.ts';
import { taskById, tasks } from '../../tasks/index.ts';
import { groupAdvantages } from '../advantages/group.ts';
import type { Memory } from '../words/memory.ts';
import { defaultConfig, type TrainConfig } from '../config/config.ts';
import { promptSamplerById, promptSamplers } from './index.ts';
import { easyToHard, fixedDifficulty, hardToEasy, levelsOf, orderedLevel, uniformMixture } from './levels.ts';
import { passRateWindow, promptPool, RECORD_LASTS, recordedRate } from './passRateWindow.ts';
import type { PromptRecord, PromptRequest } from './sampler.ts';
import { armValues, boltzmann, nextValue, sec, secUnscaled } from './sec.ts';
import { bySize } from '../../../testing/groups.ts';

const chain = taskById('chain');
const mixedConfig: TrainConfig = { ...defaultConfig, task: 'chain', difficulty: 5, maxSteps: 40 };
const request = (of: Partial<PromptRequest> = {}): PromptRequest => ({
  task: chain,
  config: mixedConfig,
  step: 0,
  memory: {},
  count: 8,
  first: 0,
  ...of,
});
const record = (example: PromptRecord['example'], of: Partial<PromptRecord> = {}): PromptRecord => ({
  example,
  passRate: 0.5,
  spread: 0.5,
  absoluteAdvantage: 1,
  ...of,
});

describe.each(tasks.map((task) => [task.id, task] as const))('difficulties of %s', (_, task) => {
  test('stay within the task’s range, are named by their prompts, and no prompt is longer than at the set difficulty', () => {
    const { min, max } = task.difficulty;
    const levels = levelsOf(task, { difficulty: max, lowestDifficulty: 1 });
    expect(levels).toEqual(task.outcomes ? [max] : Array.from({ length: max - min + 1 }, (__, i) => min + i));
    expect(levelsOf(task, { difficulty: min, lowestDifficulty: 8 })).toEqual([min]);
    for (const level of levels) {
      expect(task.example(random('level', level), 'train', level).difficulty).toBe(level);
      expect(task.lengths(level).prompt).toBeLessThanOrEqual(task.lengths(max).prompt);
      expect(task.lengths(level).completion).toBeLessThanOrEqual(task.lengths(max).completion);
    }
  });
});

describe('every sampler', () => {
  test('is found by its id; an unknown id is refused with the list', () => {
    for (const sampler of promptSamplers) expect(promptSamplerById(sampler.id)).toBe(sampler);
    expect(() => promptSamplerById('luck')).toThrow(
      'prompt_sampler: there is no "luck"; choose one of fixed, uniform, easy_to_hard, hard_to_easy, in_order, in_order_replayed, pass_rate_window, sec, sec_unscaled',
    );
  });

  test.each(promptSamplers)(
    '$id draws training prompts from (seed, step, number) alone, at once or in parts',
    (sampler) => {
      fc.assert(
        fc.property(fc.nat(1000), fc.nat(100), fc.integer({ min: 1, max: 7 }), (seed, step, cut) => {
          const of = { config: { ...mixedConfig, seed, promptPool: 32 }, step, memory: { 'sec/2': 0.3, 'sec/5': 0.9 } };
          const whole = sampler.prompts(request(of));
          expect(whole).toHaveLength(8);
          expect([
            ...sampler.prompts(request({ ...of, count: cut })),
            ...sampler.prompts(request({ ...of, count: 8 - cut, first: cut })),
          ]).toEqual(whole);
          for (const { difficulty } of whole)
            expect(sampler.mixed ? levelsOf(chain, mixedConfig) : [5]).toContain(difficulty);
        }),
        { numRuns: 30 },
      );
    },
  );
});

test('a fixed difficulty draws the prompts that earlier versions drew', () => {
  const asked = fixedDifficulty.prompts(request({ step: 7, first: 3 }));
  expect(asked).toEqual(
    Array.from({ length: 8 }, (_, i) => chain.example(random(mixedConfig.seed, 'prompt', 7, 3 + i), 'train', 5)),
  );
});

test('a mixture draws all difficulties equally often', () => {
  const asked = uniformMixture.prompts(request({ count: 2000 })).map(({ difficulty }) => difficulty);
  for (const level of [2, 3, 4, 5])
    expect(Math.abs(asked.filter((d) => d === level).length / 2000 - 0.25)).toBeLessThan(0.04);
  expect(
    new Set(
      uniformMixture
        .prompts(request({ config: { ...mixedConfig, lowestDifficulty: 4 }, count: 50 }))
        .map(({ difficulty }) => difficulty),
    ),
  ).toEqual(new Set([4, 5]));
});

test.each([
  [easyToHard, [2, 3, 4, 5]],
  [hardToEasy, [5, 4, 3, 2]],
] as const)('$0.id gives each difficulty an equal part of the run, in order', (sampler, order) => {
  const levels = Array.from({ length: 40 }, (_, step) => sampler.prompts(request({ step, count: 1 }))[0]?.difficulty);
  expect(levels).toEqual(order.flatMap((level) => Array<number>(10).fill(level)));
  expect(orderedLevel([2, 3], 99, 40)).toBe(3);
});

describe('the bandit of SEC', () => {
  test('moves Q by TD(0) and draws by exp(Q / tau)', () => {
    expect(nextValue(0.2, 0.6, 0.5)).toBeCloseTo(0.4, 12);
    const [low = 0, high = 0] = boltzmann([0, 0.5], 0.25);
    expect(high / low).toBeCloseTo(Math.exp(2), 12);
    expect(low + high).toBeCloseTo(1, 12);
    expect(boltzmann([1000, 0], 0.01)).toEqual([1, 0]);
  });

  test('rewards an arm with the mean over its prompts; an arm without prompts keeps its value', () => {
    const [two, three] = [2, 3].map((level) => chain.example(random(level), 'train', level));
    if (!two || !three) throw new Error('two examples');
    const memory = { 'sec/2': 0.4, 'sec/4': 0.7 };
    const records = [
      record(two, { absoluteAdvantage: 1, spread: 0.1 }),
      record(two, { absoluteAdvantage: 0.5, spread: 0.3 }),
      record(three, { absoluteAdvantage: null, spread: 0.5 }),
    ];
    const surroundings = { task: chain, config: mixedConfig, step: 3, memory };
    expect(sec.noted?.(records, surroundings)).toEqual({ 'sec/2': 0.5 * 0.75 + 0.5 * 0.4 });
    expect(secUnscaled.noted?.(records, surroundings)).toEqual({
      'sec/2': expect.closeTo(0.5 * 0.2 + 0.5 * 0.4, 12),
      'sec/3': 0.25,
    });
    expect(armValues([2, 3, 4, 5], memory)).toEqual([0.4, 0, 0.7, 0]);
  });

  test('draws the arm of highest value most often', () => {
    const asked = sec.prompts(
      request({ count: 1000, memory: { 'sec/4': 1 }, config: { ...mixedConfig, secTemperature: 0.25 } }),
    );
    const expected = boltzmann([0, 0, 1, 0], 0.25)[2] as number;
    expect(Math.abs(asked.filter(({ difficulty }) => difficulty === 4).length / 1000 - expected)).toBeLessThan(0.04);
  });

  test('with advantages scaled to unit deviation, |A| at pass rates 0.1 and 0.5 differs far less than unscaled', () => {
    const gains = (right: number, scaleRewards: 'group' | 'none') =>
      mean(
        bySize(
          groupAdvantages,
          Float32Array.from({ length: 16 }, (_, i) => Number(i < right)),
          16,
          { scaleRewards, ddof: 0, epsilon: 0 },
        ).map(Math.abs),
      );
    expect(gains(2, 'none') / gains(8, 'none')).toBeCloseTo((2 * (1 / 8) * (7 / 8)) / (2 * 0.25), 5);
    expect(gains(2, 'group') / gains(8, 'group')).toBeCloseTo(Math.sqrt((1 / 8) * (7 / 8)) / 0.5, 5);
  });
});

describe('a window of pass rates', () => {
  const config = { ...mixedConfig, promptPool: 64, passRateMin: 0.2, passRateMax: 0.8 };
  const pool = promptPool({ task: chain, config });
  const known = (rateOf: (place: number) => number, step: number): Memory =>
    Object.fromEntries(
      [...pool.keys()].flatMap((place) => [
        [`pool/${place}/pass_rate`, rateOf(place)],
        [`pool/${place}/step`, step],
      ]),
    );
  const places = new Map(pool.map(({ prompt }, place) => [prompt, place]));

  test('has a pool of distinct prompts of all difficulties', () => {
    expect(new Set(pool.map(({ prompt }) => prompt)).size).toBe(pool.length);
    expect(new Set(pool.map(({ difficulty }) => difficulty))).toEqual(new Set([2, 3, 4, 5]));
  });

  test('draws prompts inside the window first, then the nearest', () => {
    const rate = (place: number) => (place < 6 ? 0.5 : place < 12 ? 0.9 : 1);
    const asked = passRateWindow
      .prompts(request({ config, step: 5, memory: known(rate, 4) }))
      .map(({ prompt }) => places.get(prompt) ?? -1);
    expect(asked.slice(0, 6).every((place) => place < 6)).toBe(true);
    expect(asked.slice(6).every((place) => place >= 6 && place < 12)).toBe(true);
  });

  test('draws prompts with an old record again', () => {
    const memory = known(() => 1, 0);
    expect(recordedRate(memory, 0, RECORD_LASTS)).toBe(1);
    expect(recordedRate(memory, 0, RECORD_LASTS + 1)).toBeNull();
  });

  test('records a prompt’s pass rate, weighing the newest by a half', () => {
    const [example] = pool;
    if (!example) throw new Error('an example');
    const surroundings = { task: chain, config, step: 5, memory: { 'pool/0/pass_rate': 1, 'pool/0/step': 4 } };
    expect(passRateWindow.noted?.([record(example, { passRate: 0.25 })], surroundings)).toEqual({
      'pool/0/pass_rate': 0.625,
      'pool/0/step': 5,
    });
    expect(passRateWindow.noted?.([record(example, { passRate: 0.25 })], { ...surroundings, memory: {} })).toEqual({
      'pool/0/pass_rate': 0.25,
      'pool/0/step': 5,
    });
  });
});
