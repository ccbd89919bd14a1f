import { expect, it } from 'vitest';
import type { ChangeView } from './view.ts';
import { debriefWords as words } from './words.ts';

const share: ChangeView = {
  id: 'eval/sampled',
  label: 'Held-out accuracy',
  unit: 'share',
  before: 0.42,
  after: 0.94,
  change: [0.3461, 0.6412],
  verdict: 'rose',
};

it('a share is written in per cent once, and its change in points with signs', () => {
  expect(words.pair(share)).toBe('42 → 94\u202f%');
  expect(words.interval(share)).toBe('+35 to +64 points');
  expect(words.interval({ ...share, change: [-0.0482, -0.0031] })).toBe('−4.8 to −0.3 points');
  expect(words.interval({ ...share, change: [-0.0002, 0.012] })).toBe('0.0 to +1.2 points');
});

it('other quantities keep their unit, and a change that was not measured has no words', () => {
  const entropy = { ...share, unit: 'nats/token', before: 0.316, after: 0.009, change: [-0.34, -0.275] as const };
  expect(words.pair(entropy)).toBe('0.316 → 0.009\u202fnats/token');
  expect(words.interval(entropy)).toBe('by −0.340 to −0.275');
  expect(words.interval({ ...share, change: null })).toBe('');
});
