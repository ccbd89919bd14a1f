/** @file The terms of every task: their numbers, their default weight 0, and their effect in a run. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { sums } from '../../tasks/sums.ts';
import { tasks } from '../../tasks/index.ts';
import { defaultConfig } from '../config/config.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { isPlainSum, plainShaping, rewardTerms, scoredTerms } from './composition.ts';
import { majorityScores, repetitionPenalty, sharedTerms } from './sharedTerms.ts';

describe('the repetition penalty', () => {
  test.each<[number[], number, number]>([
    [[1, 2, 3, 4], 2, 0],
    [[5, 5, 5, 5, 5], 2, -0.75],
    // Fewer than n tokens; a single n-gram; no tokens.
    [[7, 7], 3, 0],
    [[7, 7], 2, 0],
    [[], 1, 0],
    // 1-2, 2-1, 1-2, 2-1: two of four; a token of two digits is not two tokens.
    [[1, 2, 1, 2, 1], 2, -0.5],
    [[1, 11, 11, 1], 2, 0],
    [[1, 1, 2], 1, -1 / 3],
  ])(
    'of %o by %d-grams is %d (TRL get_repetition_penalty_reward, arXiv 2502.03373, appendix C.2)',
    (tokens, n, expected) => {
      expect(repetitionPenalty(tokens, n)).toBeCloseTo(expected, 12);
      expect(Object.is(repetitionPenalty(tokens, n), -0)).toBe(false);
    },
  );

  test('is within (-1, 0], and 0 where all tokens differ', () => {
    fc.assert(
      fc.property(
        fc.array(fc.integer({ min: 0, max: 5 }), { maxLength: 20 }),
        fc.integer({ min: 1, max: 6 }),
        (tokens, n) => {
          const penalty = repetitionPenalty(tokens, n);
          expect(penalty > -1 && penalty <= 0).toBe(true);
          if (new Set(tokens).size === tokens.length) expect(penalty).toBe(0);
        },
      ),
    );
  });

  test('refuses n below 1', () => {
    expect(() => repetitionPenalty([1], 0)).toThrow('repetition_ngram_size: 1 or more tokens, not 0');
  });
});

describe('the majority', () => {
  test.each<[(string | null)[], number[], number[]]>([
    [
      ['7', '7', '3'],
      [0, 0, 0],
      [1, 1, 0],
    ],
    // Each group has its own; the first of two equally frequent answers wins.
    [
      ['7', '3', '3', '7'],
      [0, 0, 1, 1],
      [1, 0, 1, 0],
    ],
    // An answer that could not be read has no vote.
    [
      [null, null, '5'],
      [0, 0, 0],
      [0, 0, 1],
    ],
    [
      [null, null],
      [0, 0],
      [0, 0],
    ],
  ])('of %o in groups %o gives %o (TTRL, arXiv 2504.16084)', (answers, groups, expected) => {
    expect(majorityScores(answers, groups)).toEqual(expected);
  });

  test('depends on no verdict: it pays a wrong answer that most give', () => {
    fc.assert(
      fc.property(fc.array(fc.constantFrom('1', '2', '3'), { minLength: 1, maxLength: 9 }), (answers) => {
        const scores = majorityScores(
          answers,
          answers.map(() => 0),
        );
        const paid = new Set(answers.filter((_, i) => scores[i] === 1));
        expect(paid.size).toBe(1);
        const votes = (answer: string) => answers.filter((other) => other === answer).length;
        for (const answer of answers) expect(votes(answer)).toBeLessThanOrEqual(votes([...paid][0]!));
      }),
    );
  });
});

describe('in a reward', () => {
  test.each(['majority', 'certainty', 'answer_gain'])('a run without a verifier earns %s', async (id) => {
    const trainer = tinyTrainer();
    try {
      await trainer.open({ ...tinyConfig, rewardWeights: { answer: 0, format: 0, [id]: 2 } }, onNode);
      const { groups } = await trainer.step();
      const completions = groups.flatMap((group) => group.completions);
      for (const { reward, terms } of completions) {
        expect(terms[id]).toBeGreaterThanOrEqual(0);
        expect(reward).toBeCloseTo(2 * terms[id]!, 5);
      }
    } finally {
      await trainer.dispose();
    }
  });

  test.each(tasks.map((task) => [task.id, task] as const))(
    '%s: listed after the task’s own terms at weight 0, and scored only if a run weighs it',
    (_, task) => {
      const ids = (terms: ReturnType<typeof rewardTerms>) => terms.map(({ id }) => id);
      const own = task.rewardTerms.map(({ id }) => id);
      expect(ids(rewardTerms(task, defaultConfig))).toEqual([...own, ...sharedTerms.map(({ id }) => id)]);
      expect(rewardTerms(task, defaultConfig).at(-1)).toMatchObject({ id: 'repetition', weight: 0 });
      expect(ids(scoredTerms(task, defaultConfig))).toEqual(own);
      expect(ids(scoredTerms(task, { ...defaultConfig, rewardWeights: { repetition: 0.5 } }))).toEqual([
        ...own,
        'repetition',
      ]);
      const rising = { ...plainShaping, schedule: { kind: 'linear' as const, to: 1, steps: 5 } };
      expect(ids(scoredTerms(task, { ...defaultConfig, rewardShaping: { repetition: rising } }))).toEqual([
        ...own,
        'repetition',
      ]);
    },
  );

  test('a user’s term with that name replaces it', () => {
    const mine = { ownTerms: { repetition: { code: 'function reward() { return 1; }', onFailure: 'stop' as const } } };
    const [found, ...others] = rewardTerms(sums, { ...defaultConfig, ...mine }).filter(({ id }) => id === 'repetition');
    expect([found?.own, found?.shared, found?.weight, others]).toEqual([mine.ownTerms.repetition, undefined, 1, []]);
  });

  test('with a weight, the reward is not a plain sum of the task’s terms', () => {
    expect([isPlainSum(defaultConfig), isPlainSum({ ...defaultConfig, rewardWeights: { repetition: 0.5 } })]).toEqual([
      true,
      false,
    ]);
  });

  test('a run scores each completion by its tokens, the end token included, with n from the setting', async () => {
    const found: number[][] = [];
    for (const repetitionNgram of [1, 2]) {
      const trainer = tinyTrainer();
      try {
        await trainer.open(
          { ...tinyConfig, rewardWeights: { answer: 0, format: 0, repetition: 2 }, repetitionNgram },
          onNode,
        );
        const { groups, metrics } = await trainer.step();
        const completions = groups.flatMap((group) => group.completions);
        const expected = completions.map(({ tokenIds }) => repetitionPenalty(tokenIds, repetitionNgram));
        expect(completions.map(({ terms }) => terms.repetition)).toEqual(expected);
        completions.forEach(({ reward }, i) => expect(reward).toBeCloseTo(2 * expected[i]!, 6));
        found.push(expected);
        expect(metrics['rewards/repetition/mean']).toBeCloseTo(
          expected.reduce((x, y) => x + y, 0) / expected.length,
          6,
        );
      } finally {
        await trainer.dispose();
      }
    }
    expect(found[0]!.some((penalty) => penalty < 0)).toBe(true);
    expect(found[1]).not.toEqual(found[0]);
  });
});
