/** @file Trajectories: text of several turns, counts by the mask, and rewards of turns as segments. */
import { expect, test } from 'vitest';
import { characterTokenizer } from '../../policy/tokenizer.ts';
import {
  isPlain,
  promptLengthOf,
  segmentsOf,
  transcript,
  turnRewardsOf,
  writtenCount,
  writtenIds,
} from './trajectory.ts';
import { demonstrationOf, plainTrajectory } from '../../../testing/trajectories.ts';

const tokenizer = characterTokenizer();
const example = { prompt: '7+5=', answer: '12', canonical: '5+7', difficulty: 1 };
const end = tokenizer.eosId;

/** `7+5=`, the policy's `7+5?`, the environment's `12;`, the policy's `12` and its end token. */
const ids = [...tokenizer.encode('7+5=7+5?12;12'), end];
const written = Uint8Array.from([0, 0, 0, 0, 1, 1, 1, 1, 0, 0, 0, 1, 1, 1]);
const turns = [
  { start: 4, end: 8, reward: 0.25 },
  { start: 11, end: 14, reward: 0.5 },
] as const;

test('the text joins all turns and answers and leaves out the end tokens that close turns', () => {
  expect(transcript(tokenizer, { ids, turns })).toBe('7+5?12;12');
  const closed = [...tokenizer.encode('1='), ...tokenizer.encode('2'), end, ...tokenizer.encode('3'), end];
  const two = [
    { start: 2, end: 4 },
    { start: 4, end: 6 },
  ] as const;
  expect(transcript(tokenizer, { ids: closed, turns: two })).toBe('23');
  const padded = [...tokenizer.encode('1=2'), tokenizer.padId, ...tokenizer.encode('3')];
  expect(transcript(tokenizer, { ids: padded, turns: [{ start: 2, end: 5 }] })).toBe('2<pad>3');
});

test('only the policy’s tokens are counted and listed', () => {
  expect(writtenCount({ written })).toBe(7);
  expect(writtenIds({ ids, written })).toEqual([...tokenizer.encode('7+5?12'), end]);
});

test('a demonstration is plain; forced tokens, further turns or a paid turn are not', () => {
  const plain = demonstrationOf(tokenizer, example, '12', 3);
  expect(isPlain(plain)).toBe(true);
  expect([promptLengthOf(plain), writtenCount(plain), plain.group]).toEqual([4, 3, 3]);
  expect(isPlain({ ids, written, turns })).toBe(false);
  const forced = Uint8Array.from(plain.written);
  forced[5] = 0;
  expect(isPlain({ ...plain, written: forced })).toBe(false);
  expect(isPlain({ ...plain, turns: [{ ...plain.turns[0], reward: 1 }] })).toBe(false);
});

test('log-probabilities of a completion stand at its tokens', () => {
  const facts = { text: '12', terminated: false, group: 0 };
  const { logProbs } = plainTrajectory(example, [5, 6], [7, 8], [-1, -2], facts);
  expect(Array.from(logProbs)).toEqual([0, 0, -1, -2]);
});

test('segments end where turns end, counted in the policy’s tokens, and sum to the reward', () => {
  expect(turnRewardsOf({ turns })).toEqual([0.25, 0.5]);
  expect(segmentsOf({ turns, written }, 1)).toEqual([
    { end: 4, reward: 0.25 },
    { end: 7, reward: 0.75 },
  ]);
  const plain = demonstrationOf(tokenizer, example, '12', 0);
  expect(segmentsOf(plain, 1)).toEqual([{ end: 3, reward: 1 }]);
  expect(segmentsOf({ turns, written }, Number.NaN)).toEqual([{ end: 7, reward: Number.NaN }]);
  expect(segmentsOf({ turns, written: new Uint8Array(14) }, 1)).toEqual([]);
  // A fork within the second turn: the first was paid to its parent.
  const forked = written.map((w, i) => (i < 12 ? 0 : w));
  expect(segmentsOf({ turns, written: forked }, 1)).toEqual([{ end: 2, reward: 0.75 }]);
});
