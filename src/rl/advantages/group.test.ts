/** @file Group advantages: published numbers, an independent loop, and groups whose advantages are 0. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { groupAdvantageDefaults, groupAdvantages } from './group.ts';
import { equalGroups } from '../words/groupIds.ts';
import { remaxAdvantages } from './remax.ts';
import { bySize } from '../../../testing/groups.ts';

const rewards = Float32Array.of(1, 0, 0, 1, 0, 0, 0, 0);
const rounded = (values: Float32Array): number[] => Array.from(values, (x) => Math.round(x * 1e6) / 1e6);
const twoOfEight = (right: number, wrong: number): number[] => [right, wrong, wrong, right, wrong, wrong, wrong, wrong];

describe('group advantages', () => {
  test('two right of eight, divided by n - 1, by n, and not at all', () => {
    expect(rounded(bySize(groupAdvantages, rewards, 8))).toEqual(twoOfEight(1.619835, -0.539945));
    expect(rounded(bySize(groupAdvantages, rewards, 8, { ...groupAdvantageDefaults, ddof: 0 }))).toEqual(
      twoOfEight(1.731651, -0.577217),
    );
    expect(rounded(bySize(groupAdvantages, rewards, 8, { ...groupAdvantageDefaults, scaleRewards: 'none' }))).toEqual(
      twoOfEight(0.75, -0.25),
    );
  });

  test('a group of equal rewards has advantages exactly 0', () => {
    fc.assert(
      fc.property(fc.float({ min: -10, max: 10, noNaN: true }), fc.integer({ min: 1, max: 16 }), (reward, size) => {
        const advantages = bySize(groupAdvantages, new Float32Array(2 * size).fill(reward), size);
        expect(advantages.every((a) => a === 0)).toBe(true);
      }),
    );
  });

  test('a group of one has advantage 0, not its raw reward', () => {
    expect(Array.from(bySize(groupAdvantages, Float32Array.of(1, 0, 5), 1))).toEqual([0, 0, 0]);
    expect(
      Array.from(bySize(groupAdvantages, Float32Array.of(1, 0, 5), 1, { ...groupAdvantageDefaults, ddof: 0 })),
    ).toEqual([0, 0, 0]);
  });

  test('each group is normalised alone: mean, then deviation, as in the formula', () => {
    fc.assert(
      fc.property(
        fc.array(fc.array(fc.integer({ min: -3, max: 3 }), { minLength: 4, maxLength: 4 }), {
          minLength: 1,
          maxLength: 5,
        }),
        (groups) => {
          const expected = groups.flatMap((group) => {
            let mean = 0;
            for (const r of group) mean += r / 4;
            let variance = 0;
            for (const r of group) variance += (r - mean) ** 2 / 3;
            return group.map((r) => (r - mean) / (Math.sqrt(variance) + 1e-4));
          });
          const actual = bySize(groupAdvantages, Float32Array.from(groups.flat()), 4);
          actual.forEach((a, i) => expect(a).toBeCloseTo(expected[i] as number, 5));
        },
      ),
    );
  });

  test('group ids must be as many as the rewards', () => {
    expect(() => groupAdvantages(new Float32Array(7), new Int32Array(4))).toThrow('groups: 4 ids for 7 rewards');
    expect(() => equalGroups(7, 4)).toThrow('groups: 7 rows do not make whole groups of 4');
  });

  test('groups of different sizes, in any order of rows, are each normalised alone', () => {
    const options = { ...groupAdvantageDefaults, scaleRewards: 'none' } as const;
    const mixed = groupAdvantages(Float32Array.of(1, 10, 3, 5, 20, 7), Int32Array.of(4, 1, 4, 4, 1, 0), options);
    expect(Array.from(mixed)).toEqual([-2, -5, 0, 2, 5, 0]);
    expect(remaxAdvantages(Float32Array.of(1, 0, 2), Int32Array.of(9, 3, 9), Float32Array.of(1, 2))).toEqual(
      Float32Array.of(0, -2, 1),
    );
  });
});
