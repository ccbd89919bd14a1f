/** @file Trajectories of several turns in a file: written with mask and turns, read back the same, refused by field. */
import { describe, expect, test } from 'vitest';
import { calculator } from '../../../testing/calculator.ts';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import type { Group, JudgedTrajectory } from '../trajectory/groups.ts';
import { lengthsOf } from '../words/lengths.ts';
import { noSandbox } from '../sandbox/rewardFunction.ts';
import { storedGroups, type StoredRollout, storedRollouts } from './stored.ts';
import { demonstrationOf } from '../../../testing/trajectories.ts';

const tokenizer = characterTokenizer();
const surroundings = {
  task: calculator,
  tokenizer,
  groupSize: 2,
  sandbox: noSandbox,
  ...lengthsOf(calculator, 1, tokenizer),
};
const example = calculator.read!('7+5=')!;
const judged = { reward: 1, terms: { turns: 1 }, shapedTerms: { turns: 1 } };

const ids = [...tokenizer.encode('7+5=7+5?12;12'), tokenizer.eosId];
const twoTurns: JudgedTrajectory = {
  example,
  ids,
  written: Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1]),
  logProbs: Float32Array.from([0, 0, 0, 0, -1, -2, -1, -2, 0, 0, 0, -1, -2, -1]),
  turns: [
    { start: 4, end: 8, reward: 0.5 },
    { start: 11, end: 14, reward: 0.5 },
  ],
  text: '7+5?12;12',
  terminated: true,
  group: 0,
  verdict: calculator.verify(example, '7+5?12;12'),
  ...judged,
};
const oneTurn: JudgedTrajectory = {
  ...demonstrationOf(tokenizer, example, '12', 0),
  verdict: calculator.verify(example, '12'),
  ...judged,
  reward: 0,
  terms: { turns: 0 },
  shapedTerms: { turns: 0 },
};
const groups: Group[] = [{ example, completions: [twoTurns, oneTurn], writtenAt: 3 }];
const [stored, plain] = storedRollouts(groups) as [StoredRollout, StoredRollout];
const read = (changes: Partial<StoredRollout>) =>
  storedGroups([{ ...stored, ...changes }, plain], surroundings, (row) => `line ${row + 2}`);

test('mask and turns are in completion tokens, and absent for one plain turn', () => {
  expect(stored.written).toEqual([1, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
  expect(stored.turns).toEqual([
    { start: 0, end: 4, reward: 0.5 },
    { start: 7, end: 10, reward: 0.5 },
  ]);
  expect(Object.keys(plain)).not.toContain('written');
  expect(Object.keys(plain)).not.toContain('turns');
});

test('they read back the same', async () => {
  expect(await storedGroups(JSON.parse(JSON.stringify([stored, plain])), surroundings, String)).toEqual(groups);
});

describe('mask and turns that do not fit are refused by line and field', () => {
  const turns = stored.turns!;
  test.each<[string, Partial<StoredRollout>, RegExp]>([
    ['a mask without turns', { turns: undefined }, /^line 2: written: it and turns come together/],
    ['a long mask', { written: Array(11).fill(1) }, /^line 2: written: 10 numbers are needed, not 11/],
    ['a short mask', { written: [1, 1] }, /^line 2: written: 10 numbers are needed, not 2/],
    ['a first turn that begins late', { turns: turns.slice(1) }, /^line 2: turns: the first begins with/],
    ['turns that overlap', { turns: [turns[0]!, { start: 3, end: 10 }] }, /^line 2: turns.0: a turn ends after/],
    ['a turn beyond the tokens', { turns: [turns[0]!, { start: 7, end: 11 }] }, /^line 2: turns.1: a turn ends/],
    ['a written token outside turns', { written: Array(10).fill(1) }, /^line 2: written.4: the policy writes within/],
    [
      'a log-probability of a forced token',
      { logprobs: stored.logprobs.map((lp, i) => (i === 5 ? -1 : lp)) },
      /^line 2: logprobs.5: 0 where the policy did not write/,
    ],
    [
      'rewards of turns that the term does not add up to',
      { turns: [turns[0]!, { ...turns[1]!, reward: 0.25 }] },
      /^line 2: terms.turns: the term gives 0.75, not 1/,
    ],
  ])('%s', async (_, changes, message) => {
    await expect(read(changes)).rejects.toThrow(message);
  });
});
