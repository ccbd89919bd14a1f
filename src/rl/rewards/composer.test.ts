import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sums } from '../../tasks/sums.ts';
import { centred, clippedAndGated, composeRewards, weightAt } from './composer.ts';
import { sharedTerms } from './sharedTerms.ts';
import { ownTermsSchema, plainShaping, rewardTerms, type ShapedTerm, termShapingSchema } from './composition.ts';

/** Group ids of two groups of two. */
const twoEach = [0, 0, 1, 1];

const term = (id: string, rest: Partial<ShapedTerm> = {}): ShapedTerm => ({ id, weight: 1, ...plainShaping, ...rest });
const none = { rewardWeights: {}, rewardShaping: {}, ownTerms: {}, repetitionNgram: 3 };

describe('the weight of a term', () => {
  test('is constant, or moves to another weight over n steps and stays there', () => {
    expect(weightAt(2, { kind: 'constant' }, 50)).toBe(2);
    const linear = { kind: 'linear', to: 0, steps: 10 } as const;
    expect([0, 5, 10, 11].map((step) => weightAt(2, linear, step))).toEqual([2, 1, 0, 0]);
    const cosine = { kind: 'cosine', to: 1, steps: 4 } as const;
    [0, 1, 2, 3, 4, 9].forEach((step, i) =>
      expect(weightAt(-1, cosine, step)).toBeCloseTo([-1, -Math.SQRT1_2, 0, Math.SQRT1_2, 1, 1][i] as number, 12),
    );
  });
});

describe('the score of a term', () => {
  test('is clipped, and 0 for a wrong completion with `onlyWhenCorrect`', () => {
    const clip: [number, number] = [-1, 2];
    expect([-5, 0.5, 5].map((score) => clippedAndGated(score, false, { clip, onlyWhenCorrect: false }))).toEqual([
      -1, 0.5, 2,
    ]);
    expect(clippedAndGated(5, false, { clip: [1, 2], onlyWhenCorrect: true })).toBe(0);
    expect(clippedAndGated(5, true, { clip: [1, 2], onlyWhenCorrect: true })).toBe(2);
    expect(clippedAndGated(Number.NaN, true, { clip, onlyWhenCorrect: true })).toBeNaN();
  });

  test('is centred over its group or the batch; missing scores are left out of the mean', () => {
    const scores = [1, 3, 10, Number.NaN];
    expect(centred(scores, 'none', twoEach)).toEqual(scores);
    expect(centred(scores, 'group', twoEach)).toEqual([-1, 1, 0, Number.NaN]);
    expect(centred([1, 2, 6, Number.NaN], 'batch', twoEach)).toEqual([-2, -1, 3, Number.NaN]);
  });

  test('groups follow their ids, in any size and order', () => {
    expect(centred([1, 10, 3, 5, 20], 'group', [7, 2, 7, 7, 2])).toEqual([-2, -5, 0, 2, 5]);
  });

  test('sums to 0 in every group after centring', () => {
    fc.assert(
      fc.property(
        fc.array(fc.double({ min: -100, max: 100, noNaN: true }), { minLength: 4, maxLength: 4 }),
        (group) => {
          const scores = [...group, ...group.toReversed()];
          const after = centred(scores, 'group', [0, 0, 0, 0, 1, 1, 1, 1]);
          for (const start of [0, 4])
            expect(after.slice(start, start + 4).reduce((a, b) => a + b, 0)).toBeCloseTo(0, 9);
        },
      ),
    );
  });
});

describe('the reward', () => {
  const scored = { scores: { answer: [1, 0, 1, 0], length: [2, 4, 6, 8] }, correct: [true, false, true, false] };

  test('is the weighted sum of the shaped terms', () => {
    expect(
      Array.from(
        composeRewards([term('answer', { weight: 2 }), term('length', { weight: 0.5 })], scored, twoEach, 0).rewards,
      ),
    ).toEqual([3, 2, 5, 4]);
    const shaped = term('length', {
      weight: 1,
      clip: [0, 5],
      centring: 'group',
      onlyWhenCorrect: true,
      schedule: { kind: 'linear', to: 3, steps: 2 },
    });
    // Clipped and gated [2, 0, 5, 0], minus the means 1 and 2.5, times 2 at step 1.
    expect(Array.from(composeRewards([shaped], scored, twoEach, 1).rewards)).toEqual([2, -2, 5, -5]);
  });

  test('equals the plain sum without shaping', () => {
    fc.assert(
      fc.property(
        fc.array(fc.tuple(fc.float({ noNaN: true, min: -9, max: 9 }), fc.float({ noNaN: true, min: -9, max: 9 })), {
          minLength: 1,
        }),
        fc.float({ noNaN: true, min: -9, max: 9 }),
        (pairs, weight) => {
          const [a, b] = [pairs.map(([x]) => x), pairs.map(([, y]) => y)];
          const rewards = composeRewards(
            [term('a'), term('b', { weight })],
            { scores: { a, b }, correct: a.map(() => false) },
            a.map((_, row) => row),
            0,
          ).rewards;
          pairs.forEach(([x, y], row) => expect(rewards[row]).toBe(Math.fround(x + weight * y)));
        },
      ),
    );
  });

  test('is missing exactly for completions that a term gave no score', () => {
    const missing = { scores: { answer: [1, Number.NaN, 1, 0] }, correct: [true, false, true, false] };
    expect(
      Array.from(composeRewards([term('answer', { centring: 'batch' })], missing, twoEach, 0).rewards).map(
        Number.isNaN,
      ),
    ).toEqual([false, true, false, false]);
  });

  test('refuses a term without scores, or with too few, by name', () => {
    expect(() => composeRewards([term('shape')], scored, twoEach, 0)).toThrow('"shape" was not scored');
    expect(() => composeRewards([term('a')], { scores: { a: [1] }, correct: [true, true] }, [0, 0], 0)).toThrow(
      '"a" has 1 scores for 2 completions',
    );
  });
});

describe('a composition', () => {
  test('holds the task’s terms, then the shared ones, then the user’s, each with its weight and shaping', () => {
    const terms = rewardTerms(sums, {
      ...none,
      rewardWeights: { format: 0.5 },
      rewardShaping: { short: { ...plainShaping, centring: 'group' } },
      ownTerms: { short: { code: '', onFailure: 'stop' } },
    });
    expect(terms.map(({ id }) => id)).toEqual([
      ...sums.rewardTerms.map(({ id }) => id),
      ...sharedTerms.map(({ id }) => id),
      'short',
    ]);
    const looked = ['answer', 'format', 'short'].map((id) => terms.find((one) => one.id === id));
    expect(looked.map((one) => [one?.weight, one?.centring])).toEqual([
      [1, 'none'],
      [0.5, 'none'],
      [1, 'group'],
    ]);
    expect(looked[2]?.own).toEqual({ code: '', onFailure: 'stop' });
  });

  test.each([
    [{ ...none, rewardWeights: { lenght: 1 } }, 'reward term: there is no "lenght"; the task sums has answer, format'],
    [{ ...none, rewardShaping: { lenght: plainShaping } }, 'there is no "lenght"'],
    [{ ...none, ownTerms: { answer: { code: '', onFailure: 'stop' as const } } }, 'has a term "answer" already'],
  ])('with an impossible name is refused: %#', (settings, words) => {
    expect(() => rewardTerms(sums, settings)).toThrow(words);
  });

  test('from outside is validated', () => {
    const problem = (value: unknown) => termShapingSchema.safeParse(value).error?.issues[0]?.message;
    expect(problem({ ...plainShaping, clip: [1, 0] })).toBe('clip: the lower bound is above the upper one');
    expect(problem({ ...plainShaping, schedule: { kind: 'linear', to: 0, steps: 0 } })).toBe(
      'schedule: at least 1 step',
    );
    expect(problem({ ...plainShaping, more: 1 })).toBeDefined();
    expect(problem(plainShaping)).toBeUndefined();
    expect(ownTermsSchema.safeParse({ Bad: { code: '', onFailure: 'stop' } }).success).toBe(false);
    expect(ownTermsSchema.safeParse({ constructor: { code: '', onFailure: 'stop' } }).success).toBe(false);
    expect(ownTermsSchema.safeParse({ short: { code: 'x'.repeat(8001), onFailure: 'stop' } }).success).toBe(false);
    expect(ownTermsSchema.safeParse({ short: { code: 'x', onFailure: 'stop' } }).success).toBe(true);
  });
});
