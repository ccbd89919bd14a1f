/**
 * @file The task with a known optimum: all outcomes are listed, there is one problem, nothing is held out, and the
 * reward table is structured.
 */
import { describe, expect, test } from 'vitest';
import { random } from '../lib/random.ts';
import { exactSeq } from './exactSeq.ts';
import { scoreNow } from './rewardTerms.ts';
import type { Split } from './task.ts';

const example = exactSeq.example(random('any'), 'train', 3);
const outcomes = exactSeq.outcomes?.(example) ?? [];
const [table] = exactSeq.rewardTerms;
const rewardOf = (completion: string): number =>
  table ? scoreNow(table, exactSeq.verify(example, completion), completion, example) : NaN;

describe('exactSeq outcomes', () => {
  test('are all 512 sequences of three letters, each once and well formed', () => {
    expect(outcomes).toHaveLength(512);
    expect(new Set(outcomes).size).toBe(512);
    for (const sequence of outcomes) {
      expect(sequence).toMatch(/^[a-h]{3}$/);
      expect(exactSeq.verify(example, sequence)).toEqual({
        correct: sequence === example.answer,
        wellFormed: true,
        method: 'letters',
        parsed: sequence,
      });
    }
  });

  test('have rewards from 0 to 1, the best of which is the answer', () => {
    const rewards = outcomes.map(rewardOf);
    expect([Math.min(...rewards), Math.max(...rewards)]).toEqual([0, 1]);
    expect(rewardOf(example.answer)).toBe(1);
    expect(rewards.filter((reward) => reward > 0.95).length).toBeLessThan(8);
  });

  test('every other completion has reward 0, so that all of them can count as one outcome', () => {
    for (const completion of ['', 'a', 'ab', 'abcd', 'abi', 'ABC', 'ab ', '?abc']) {
      expect(exactSeq.verify(example, completion).wellFormed).toBe(false);
      expect(rewardOf(completion)).toBe(0);
    }
  });

  test('have rewards that are sums over letters and neighbours', () => {
    // Without a term over all three letters, exchanging the first letter changes the reward by the same amount for any
    // third letter.
    const change = (third: string) => rewardOf(`ab${third}`) - rewardOf(`hb${third}`);
    for (const third of 'bcdefgh') expect(change(third)).toBeCloseTo(change('a'), 9);
    // There is a pair term: the change depends on the second letter.
    expect(Math.abs(rewardOf('aba') - rewardOf('hba') - (rewardOf('aca') - rewardOf('hca')))).toBeGreaterThan(0.01);
  });
});

test('exactSeq has one problem, the same in every split: nothing is held out', () => {
  const splits: readonly Split[] = ['train', 'validation', 'heldout'];
  for (const split of splits) expect(exactSeq.example(random('another', split), split, 3)).toBe(example);
});

test('exactSeq demonstrations follow a distribution of their own, equal to the default mix', () => {
  const wrongShare = exactSeq.defaultMix.wrong?.letters ?? NaN;
  expect(wrongShare).toBeGreaterThan(0.99);
  expect(wrongShare).toBeLessThan(1);
  const stream = random('demonstrations');
  const drawn = Array.from({ length: 4000 }, () => exactSeq.demonstration(stream, example, 'letters', true));
  const first = (letter: string) => drawn.filter((sequence) => sequence.startsWith(letter)).length / drawn.length;
  const shares = [...'abcdefgh'].map(first);
  expect(shares.reduce((a, b) => a + b)).toBeCloseTo(1, 9);
  expect(Math.max(...shares) / Math.min(...shares)).toBeGreaterThan(4);
  expect(drawn).not.toContain(example.answer);
});
