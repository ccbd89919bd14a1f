/** @file The order of a live comparison, its seeds, and reading its plan from the browser’s storage. */
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { once } from '../../lib/once.ts';
import { storageOf } from '../../../testing/app/memoryStorage.ts';
import { cellsOf, linkOf, missingOf, type Plan, readPlan, readPlanLink, withArm, withRun } from './comparisonPlan.ts';
import { MOST_KEPT, planShelf } from './comparisonShelf.ts';
import { seedsOf } from './comparisonStored.ts';

const id = (place: number) => place.toString(16).padStart(8, '0');
const armOf = (arm: string) => ({ id: arm, title: arm.toUpperCase(), words: `beta=0.1&task=${arm}` });
const plan: Plan = {
  experiment: 'paper-80',
  metric: null,
  arms: [armOf('a'), armOf('b')],
  seeds: [1, 2, 3],
  steps: 20,
  runs: [],
};

describe('a plan', () => {
  it('goes seed by seed, within a seed arm by arm', () => {
    expect(cellsOf(plan).map(({ arm, seed }) => `${arm}${seed}`)).toEqual(['a1', 'b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('lists cells without a finished run, with one run per cell', () => {
    const some = withRun(
      withRun(withRun(plan, { arm: 'a', seed: 1, id: id(1), done: true }), {
        arm: 'b',
        seed: 1,
        id: id(2),
        done: false,
      }),
      { arm: 'b', seed: 1, id: id(3), done: false },
    );
    expect(some.runs.map((run) => run.id)).toEqual([id(1), id(3)]);
    expect(missingOf(some).map(({ arm, seed }) => `${arm}${seed}`)).toEqual(['b1', 'a2', 'b2', 'a3', 'b3']);
  });

  it('takes the stored seeds first and counts on from the last', () => {
    expect(seedsOf([11, 12, 13], 2)).toEqual([11, 12]);
    expect(seedsOf([11, 12, 13], 5)).toEqual([11, 12, 13, 14, 15]);
    expect(seedsOf([3, 1], 4)).toEqual([3, 1, 2, 4]);
  });

  it('replaces the arm with the oldest run by a seventh arm', () => {
    const full = [...'abcdef'].reduce(
      (sum, arm, place) => withRun(withArm(sum, armOf(arm)), { arm, seed: 1, id: id(place), done: true }),
      { ...plan, arms: [], seeds: [1] } as Plan,
    );
    const again = withRun(full, { arm: 'a', seed: 1, id: id(9), done: true });
    const seventh = withArm(again, armOf('g'));
    expect(seventh.arms.map((arm) => arm.id)).toEqual(['a', 'g', 'c', 'd', 'e', 'f']);
    expect(seventh.runs.map(({ arm }) => arm)).toEqual(['c', 'd', 'e', 'f', 'a']);
    expect(withArm(again, armOf('c'))).toBe(again);
  });
});

describe('reading a stored plan', () => {
  const written = { ...plan, runs: [{ arm: 'a', seed: 1, id: id(1), done: true }] };

  it('restores it', () => {
    expect(readPlan(JSON.stringify(written))).toEqual(written);
  });

  it.each<readonly [string, unknown]>([
    ['no object', 7],
    ['nothing', null],
    ['a list', [written]],
    ['another field', { ...written, more: 1 }],
    ['a path', { ...written, experiment: '../../x' }],
    ['seven arms', { ...written, arms: [...'abcdefg'].map(armOf) }],
    ['no arm', { ...written, arms: [] }],
    ['an arm twice', { ...written, arms: [armOf('a'), armOf('a')] }],
    ['a seed twice', { ...written, seeds: [1, 1] }],
    ['eleven seeds', { ...written, seeds: Array.from({ length: 11 }, (_, index) => index) }],
    ['an arm with another field', { ...written, arms: [{ ...armOf('a'), code: 'x' }] }],
    ['an arm without settings', { ...written, arms: [{ id: 'a', title: 'A' }] }],
    ['an arm without a name', { ...written, arms: [{ ...armOf('a'), title: ' ' }] }],
    ['a seed that is none', { ...written, seeds: [1.5] }],
    ['a seed as a word', { ...written, seeds: ['1'] }],
    ['steps beyond what a run can have', { ...written, steps: 1e9 }],
    ['a run of no cell', { ...written, runs: [{ arm: 'c', seed: 1, id: id(1), done: true }] }],
    ['a name that is no id', { ...written, runs: [{ arm: 'a', seed: 1, id: '<b>', done: true }] }],
    [
      'two runs of a cell',
      { ...written, runs: [1, 2].map((place) => ({ arm: 'a', seed: 1, id: id(place), done: true })) },
    ],
    ['one run in two cells', { ...written, runs: [1, 2].map((seed) => ({ arm: 'a', seed, id: id(1), done: true })) }],
  ])('refuses it in a sentence where it is %s', (_name, content) => {
    expect(readPlan(JSON.stringify(content))).toBeTypeOf('string');
  });

  it('never throws, whatever the text', () => {
    expect(readPlan('{"experiment":')).toBe('not JSON');
    fc.assert(fc.property(fc.oneof(fc.string(), fc.json()), (text) => typeof readPlan(text) === 'string'));
  });
});

describe('a plan in a link', () => {
  it('is the plan without its runs', () => {
    const done = { ...plan, experiment: null, runs: [{ arm: 'a', seed: 1, id: id(1), done: true }] };
    expect(readPlanLink(linkOf(done))).toEqual({ ...done, runs: [] });
    expect(linkOf(done)).not.toContain(id(1));
    // Runs that a link claims are not here.
    expect(readPlanLink(JSON.stringify(done))).toEqual({ ...done, runs: [] });
  });

  it('names the field that is wrong', () => {
    expect(readPlanLink(JSON.stringify({ arms: [armOf('a')], seeds: [1.5] }))).toMatch(/^seeds\.0: /);
    expect(readPlanLink(JSON.stringify({ arms: [{ ...armOf('a'), words: 7 }], seeds: [1] }))).toMatch(
      /^arms\.0\.words: /,
    );
    expect(readPlanLink(JSON.stringify({ arms: [armOf('a'), armOf('a')], seeds: [1] }))).toBe('arms: each id once');
  });
});

it('reads a plan from before arms carried their settings', () => {
  const earlier = { experiment: 'paper-80', arms: ['a', 'b'], seeds: [1], steps: null, runs: [] };
  expect(readPlan(JSON.stringify(earlier))).toEqual({
    ...earlier,
    metric: null,
    arms: ['a', 'b'].map((one) => ({ id: one, title: one, words: '' })),
  });
});

describe('the shelf', () => {
  const other: Plan = { ...plan, experiment: 'paper-58' };
  const refused = () => {
    throw new Error('refused');
  };

  it('is optional where storage refuses', () => {
    const shelf = planShelf(refused, refused);
    expect(() => shelf.write(plan)).not.toThrow();
    expect(() => shelf.write(null)).not.toThrow();
    expect(shelf.read()).toBeNull();
  });

  it('uses the other storage if one of the two refuses', () => {
    for (const shelf of [planShelf(refused, once(storageOf)), planShelf(once(storageOf), refused)]) {
      shelf.write(plan);
      expect(shelf.read()).toEqual(plan);
      shelf.write(null);
      expect(shelf.read()).toBeNull();
    }
  });

  it('gives each of two tabs its plan, and a third tab the newest', () => {
    const shared = once(storageOf);
    const tab = () => planShelf(once(storageOf), shared);
    const [first, second] = [tab(), tab()];
    first.write(plan);
    second.write(other);
    expect([first.read(), second.read(), tab().read()]).toEqual([plan, other, other]);
    // Ending one plan leaves the other tab’s plan.
    first.write(null);
    expect([second.read(), tab().read()]).toEqual([other, other]);
    second.write(null);
    expect([first.read(), tab().read()]).toEqual([null, null]);
  });

  it('forgets a plan that a tab found and ended', () => {
    const shared = once(storageOf);
    planShelf(once(storageOf), shared).write(plan);
    const later = planShelf(once(storageOf), shared);
    expect(later.read()).toEqual(plan);
    later.write(null);
    expect(planShelf(once(storageOf), shared).read()).toBeNull();
  });

  it('keeps a closed plan and forgets it on request', () => {
    const shelf = planShelf(once(storageOf), once(storageOf));
    shelf.write(plan);
    shelf.write({ ...plan, runs: [{ arm: 'a', seed: 1, id: id(1), done: true }] });
    shelf.write(other);
    shelf.write(null);
    expect(shelf.kept()).toMatchObject([other, { ...plan, runs: [{ id: id(1) }] }]);
    shelf.remove(plan);
    expect(shelf.kept()).toEqual([other]);
  });

  it('leaves out kept plans that cannot be read, and forgets the oldest beyond the limit', () => {
    const shared = storageOf({ 'rollout.comparisons': JSON.stringify([{ arms: '<b>' }, plan]) });
    const shelf = planShelf(once(storageOf), () => shared);
    expect(shelf.kept()).toEqual([plan]);
    for (let seed = 10; seed < 10 + MOST_KEPT; seed++) shelf.write({ ...plan, seeds: [seed] });
    expect(shelf.kept()).toHaveLength(MOST_KEPT);
    expect(shelf.kept()).not.toContainEqual(plan);
    shared.setItem('rollout.comparisons', '{');
    expect(shelf.kept()).toEqual([]);
  });
});
