/** @file Building a comparison: variants of a setting, refusals beside the field, the plan and its words, its CSV. */
import { beforeEach, describe, expect, it } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import { algorithms } from '../../rl/papers/index.ts';
import { tasks } from '../../tasks/index.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { GivenValues } from '../../ui/compare/AddArms.tsx';
import { secondsPerStep } from '../storage/lastNumbers.ts';
import { MOST_ARMS, type Plan, readPlanLink, linkOf } from '../stores/comparisonPlan.ts';
import { settingsOf } from '../stores/comparisonRevival.ts';
import { type DraftArm, draft, emptyDraft, numbersOf, planOf, withArms } from './draft.ts';
import { comparisonCsv } from './ShareComparison.tsx';
import { isChoice, variantsOf, variedSettings } from './varied.ts';

const given: GivenValues = { ticked: [], typed: '' };
const all = variedSettings(defaultConfig, tasks);
const setting = (id: string) => {
  const found = all.find((one) => one.id === id);
  if (!found) throw new Error(`no setting ${id}`);
  return found;
};
const variants = (id: string, values: Partial<GivenValues>) =>
  variantsOf(setting(id), defaultConfig, { ...given, ...values });

beforeEach(() => draft.setState(emptyDraft));

describe('variants', () => {
  it('of a knob have the typed values, by comma or semicolon', () => {
    for (const typed of ['0.001, 0.002,0.005', '0,001; 0,002; 0,005'])
      expect(variants('learningRate', { typed })).toMatchObject(
        [0.001, 0.002, 0.005].map((value) => ({
          title: `Learning rate ${value}`,
          config: { ...defaultConfig, learningRate: value },
        })),
      );
  });

  it.each([
    ['', 'Write at least one value.'],
    ['0.001, fast', '“fast”: A number is needed.'],
    ['0.001, 0.5', '“0.5”: At most 0.02.'],
    ['0.001, 1e-3', '“1e-3” stands there twice.'],
  ])('refuse “%s”', (typed, refusal) => {
    expect(variants('learningRate', { typed })).toBe(refusal);
  });

  it('of algorithms, tasks and parts have the names of the ticked options', () => {
    expect(variants('algorithm', { ticked: ['rloo', 'grpo'] })).toMatchObject(
      algorithms
        .filter(({ id }) => ['rloo', 'grpo'].includes(id))
        .map(({ id, title }) => ({ title, config: { algorithm: id } })),
    );
    const [, second] = tasks;
    expect(variants('task', { ticked: [second?.id ?? ''] })).toMatchObject([
      { title: second?.title, config: { task: second?.id, difficulty: second?.difficulty.default } },
    ]);
    expect(variants('aggregation', { ticked: ['dr_grpo'] })).toMatchObject([{ config: { aggregation: 'dr_grpo' } }]);
    expect(variants('algorithm', {})).toBe('Tick at least one.');
  });

  it('exist for every setting but seed and steps, and are valid configurations', () => {
    expect(all.map(({ id }) => id)).not.toContain('seed');
    expect(all.map(({ id }) => id)).not.toContain('maxSteps');
    expect(new Set(all.map(({ id }) => id)).size).toBe(all.length);
    for (const one of all) {
      const made = isChoice(one)
        ? variantsOf(one, defaultConfig, { ticked: [one.options[0]?.id ?? ''], typed: '' })
        : variantsOf(one, defaultConfig, { ticked: [], typed: String(one.range.max) });
      expect([one.id, made.length]).toEqual([one.id, 1]);
    }
  });
});

describe('the list of arms', () => {
  const arm = (title: string, learningRate: number) => ({ title, config: { ...defaultConfig, learningRate } });
  const listOf = (count: number) =>
    withArms(
      [],
      Array.from({ length: count }, (_, index) => arm('A', 0.001 * (index + 1))),
      'default',
    );

  it('gives every arm a name of its own', () => {
    expect(listOf(3)).toMatchObject([{ title: 'A' }, { title: 'A (2)' }, { title: 'A (3)' }]);
  });

  it('refuses more arms than colours, an arm twice, and settings that cannot be trained', () => {
    expect(listOf(MOST_ARMS + 1)).toMatch(/^At most 6 arms/);
    const twin = { ...arm('B', 0.001), config: { ...defaultConfig, learningRate: 0.001, seed: 9, maxSteps: 2 } };
    expect(withArms(listOf(1) as readonly DraftArm[], [twin], 'default')).toBe('B has the settings of the arm A.');
    const wrong = { title: 'C', config: { ...defaultConfig, difficulty: 1e6 } };
    expect(withArms([], [wrong], 'default')).toMatch(/^“C”: difficulty: /);
  });
});

describe('the plan', () => {
  const config = { ...defaultConfig, algorithm: 'rloo', beta: 0.1, seed: 4, maxSteps: 50 };
  const arms: readonly DraftArm[] = [{ title: ' ', preset: 'default', config }];

  it('has the settings of the arms, consecutive seeds, and the typed steps', () => {
    const built = { ...emptyDraft, arms, seeds: '2', firstSeed: '7', steps: '3' };
    const plan = planOf(built, numbersOf(built, config)) as Plan;
    expect(plan).toMatchObject({ seeds: [7, 8], steps: null, arms: [{ title: 'Arm 1' }] });
    const read = readPlanLink(linkOf(plan)) as Plan;
    expect(read).toEqual(plan);
    expect(settingsOf(read.arms[0] ?? { words: '' }, tasks)).toEqual({
      preset: 'default',
      config: { ...config, seed: defaultConfig.seed, maxSteps: 3 },
      notices: [],
    });
  });

  it('is null while a field is refused, and the field says why', () => {
    const fields = [
      { seeds: '11' },
      { seeds: '0' },
      { firstSeed: '-1' },
      { seeds: '3', firstSeed: String(2 ** 31 - 2) },
      { steps: 'x' },
    ];
    for (const typed of fields) {
      const built = { ...emptyDraft, arms, ...typed };
      const numbers = numbersOf(built, config);
      expect(Object.values(numbers).some(({ value }) => typeof value === 'string')).toBe(true);
      expect(planOf(built, numbers)).toBeNull();
    }
    expect(numbersOf({ ...emptyDraft, seeds: '11' }, config).seeds.value).toBe('At most 10.');
  });
});

const row = (step: number, values: Row['values']): Row => ({ step, values, ranges: {} });

it('the time of a step is the mean over the last timed steps', () => {
  expect(secondsPerStep([row(0, { reward: 1 })])).toBeNull();
  const rows = [
    row(1, { step_time: 9 }),
    ...Array.from({ length: 20 }, (_, step) => row(step + 2, { step_time: 0.5 })),
  ];
  expect(secondsPerStep(rows)).toBe(0.5);
});

it('the CSV has arm and seed before the numbers of every finished run', () => {
  const run = (arm: string, seed: number, done: boolean) => ({ arm, seed, id: `${arm}${seed}`, done });
  const plan: Plan = {
    experiment: null,
    metric: null,
    arms: [
      { id: 'a', title: '=1, "x"', words: '' },
      { id: 'b', title: 'B', words: '' },
    ],
    seeds: [1, 2],
    steps: null,
    runs: [run('a', 1, true), run('b', 1, true), run('a', 2, false)],
  };
  const rows = {
    a1: [row(1, { reward: 0.5 }), row(2, { reward: 0.75 })],
    b1: [row(1, { kl: 0.1 })],
    a2: [row(1, { reward: 9 })],
  };
  expect(comparisonCsv(plan, rows).split('\r\n')).toEqual([
    'arm,seed,step,reward,kl',
    `"'=1, ""x""",1,1,0.5,`,
    `"'=1, ""x""",1,2,0.75,`,
    'B,1,1,,0.1',
    '',
  ]);
});
