import { expect, test } from 'vitest';
import type { Group } from '../trajectory/groups.ts';
import { sampledAlike, withWritten, type Written, WRITTEN_STEPS } from './written.ts';

/** A group of that many completions; their content does not matter here. */
const group = (size: number, writtenAt?: number) =>
  ({
    completions: Array.from({ length: size }),
    ...(writtenAt === undefined ? {} : { writtenAt }),
  }) as unknown as Group;
const step = (number: number, size: number, temperature = 1): Written => ({
  step: number,
  temperature,
  groups: [group(size)],
});
const after = (all: readonly Written[]): readonly Written[] => all.reduce(withWritten, []);

test('keeps the newest `WRITTEN_STEPS` steps, fewer if they are large', () => {
  expect(after(Array.from({ length: WRITTEN_STEPS + 3 }, (_, i) => step(i, 8))).map((written) => written.step)).toEqual(
    Array.from({ length: WRITTEN_STEPS }, (_, i) => i + 3),
  );
  expect(after(Array.from({ length: 5 }, (_, i) => step(i, 6000))).map((written) => written.step)).toEqual([3, 4]);
  expect(after([step(0, 10), step(1, 20_000)]).map((written) => written.step)).toEqual([1]);
});

test('only groups written for the step are kept, under its number', () => {
  const [written] = withWritten([], { step: 7, temperature: 1, groups: [group(4), group(4, 2)] });
  expect(written?.groups.map(({ writtenAt }) => writtenAt)).toEqual([7]);
});

test('a rollout file has a single temperature, that of the newest step', () => {
  expect(
    sampledAlike(after([step(0, 4), step(1, 4, 0.5), step(2, 4), step(3, 4)])).map((written) => written.step),
  ).toEqual([2, 3]);
  expect(sampledAlike([])).toEqual([]);
});
