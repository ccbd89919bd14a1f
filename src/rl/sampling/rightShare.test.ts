/** @file A store with a given share of right completions: the first groups that keep to it, or a refusal. */
import { expect, test } from 'vitest';
import { random } from '../../lib/random.ts';
import type { Group } from '../trajectory/groups.ts';
import { withRightShare } from './offline.ts';

/** A group with these verdicts; nothing else of it is read. */
const group = (...correct: readonly boolean[]): Group =>
  ({ completions: correct.map((is) => ({ verdict: { correct: is } })) }) as unknown as Group;
const rightIn = (groups: readonly Group[]): number =>
  groups.flatMap(({ completions }) => completions).filter(({ verdict }) => verdict.correct).length;

test('share 0 keeps the store as written', () => {
  const written = [group(true, false), group(false, false)];
  expect(withRightShare(written, 0)).toBe(written);
});

test.each([0.01, 0.05, 0.2, 0.5])(
  'a quarter of the groups is kept, in their order, within one completion of share %d',
  (share) => {
    const stream = random('right share', share);
    const written = Array.from({ length: 400 }, () => group(stream.uniform() < 0.3, stream.uniform() < 0.3));
    const kept = withRightShare(written, share);
    expect(kept).toHaveLength(100);
    expect(Math.abs(rightIn(kept) - share * 200)).toBeLessThanOrEqual(1);
    const places = kept.map((one) => written.indexOf(one));
    expect(places).toEqual(places.toSorted((a, b) => a - b));
  },
);

test('a store with too few right completions is refused with the numbers', () => {
  const written = Array.from({ length: 8 }, () => group(false, false));
  expect(() => withRightShare(written, 0.5)).toThrow(
    'offline_right_share: of 8 groups only 1 can be kept with 50 % right, and 2 are needed',
  );
});
