/** @file Stored results of earlier versions still open: rules without a mark are the paper's. */
import { expect, test } from 'vitest';
import { storedResultSchema } from './storedResult.ts';

const earlier = {
  experiment: 'paper-80',
  paper: 80,
  claim: 'C',
  method: 'M',
  command: 'run',
  version: 'v',
  date: '2026-01-01',
  seeds: [1, 2, 3],
  verdict: 'shown',
  policies: ['exact-seq'],
  preset: 'exact-seq',
  metrics: [{ id: 'gap', title: 'gap', unit: '', digits: 2 }],
  checks: [{ rule: 'it rises', holds: true }],
  arms: [{ arm: 'a', title: 'A', flags: [], runs: 3, metrics: { gap: { mean: 1, interval: null } } }],
};

test('a result without preconditions, pilot, measure or figure opens', () => {
  const opened = storedResultSchema.parse(earlier);
  expect(opened.checks).toEqual([{ rule: 'it rises', of: 'paper', holds: true }]);
  expect(opened).not.toHaveProperty('preconditions');
});

test('a sweep without a pilot opens, and an unknown figure or verdict is refused by its field', () => {
  expect(storedResultSchema.safeParse({ ...earlier, pilot: { seeds: [] } }).success).toBe(true);
  const fault = (changed: object) => storedResultSchema.safeParse({ ...earlier, ...changed }).error?.issues[0]?.path[0];
  expect(fault({ figure: { kind: 'pie' } })).toBe('figure');
  expect(fault({ verdict: 'maybe' })).toBe('verdict');
  expect(fault({ power: { of: 'a' } })).toBe('power');
});
