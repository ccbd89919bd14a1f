/** @file The verdict of a comparison of two commits, for given times. */
import { expect, test } from 'vitest';
import { comparedParts, comparisonText, type Round, timesOf } from './verdict.ts';

const spread = (median: number) => ({ median, min: median / 2, max: 2 * median });
const row = (step: number) => ({
  backend: 'node',
  workers: 2,
  milliseconds: { step: spread(step), rollout: spread(10), score: spread(3), update: spread(4) },
});

test('a report gives the medians by backend, with score and update as one', () => {
  expect(timesOf({ preset: 'default', rows: [row(20)] }, 'here')).toEqual({
    'node, 2 workers': { step: 20, rollout: 10, 'score + update': 7 },
  });
});

test('a report of another form, or of a backend that failed, is an error that names the tree', () => {
  expect(() => timesOf({ rows: [{ backend: 'node' }] }, 'abc')).toThrow(/^abc: its report has another form/);
  const missing = { backend: 'wasm', workers: 1, unavailable: 'no browser' };
  expect(() => timesOf({ rows: [row(1), missing] }, 'abc')).toThrow('abc: wasm was not measured: no browser');
});

/** Rounds in which this tree takes 100 ms, and the other one `there`. */
const rounds = (...there: number[]): Round[] =>
  there.map((time) => ({ here: { node: { step: 100 } }, there: { node: { step: time } } }));
const verdict = (...there: number[]) => comparedParts(rounds(...there))[0];

test('a ratio is the time there over the time here, round by round', () => {
  expect(verdict(90, 120, 150)).toEqual({
    subject: 'node',
    part: 'step',
    here: 100,
    there: 120,
    ratio: { median: 1.2, min: 0.9, max: 1.5 },
    lost: false,
  });
});

test.each([
  { there: [80, 84, 99], lost: true },
  // More than 15 % in the median, but one round denies it.
  { there: [70, 80, 101], lost: false },
  { there: [70, 80, 100], lost: false },
  // Every round slower, by less than 15 %.
  { there: [80, 86, 95], lost: false },
  { there: [80, 85, 95], lost: false },
])('with $there ms there and 100 ms here, lost is $lost', ({ there, lost }) => {
  expect(verdict(...there)?.lost).toBe(lost);
});

test('the text marks a lost ratio and shows its range', () => {
  const lines = comparisonText('0123456', 3, comparedParts(rounds(80, 84, 99))).split('\n');
  expect(lines.at(-1)).toMatch(/^node: step +84\.0 +100\.0 +0\.84 \[0\.80 - 0\.99\] +lost$/);
});
