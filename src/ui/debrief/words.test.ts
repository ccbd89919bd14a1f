import { describe, expect, it } from 'vitest';
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

describe('the first sentence', () => {
  const method = (does: string, before: number, after: number) => ({ ...share, does, before, after });
  const open = { ...share, step: 100, verdict: 'open' as const };
  const nothing = { rose: null, fell: null, heldOut: open, lead: [open] };

  it('is about the ways of answering where their shares moved', () => {
    const all = { rose: method('works it out', 0.27, 0.996), fell: method('answers at once', 0.72, 0.003) };
    expect(words.behaviour({ ...nothing, ...all })).toBe(
      'The policy now nearly always works it out (27 → 100\u202f% of its answers) and hardly ever answers at once any more (72 → 0.3\u202f%).',
    );
    const some = { rose: method('works it out', 0.27, 0.5), fell: method('answers at once', 0.72, 0.5) };
    expect(words.behaviour({ ...nothing, ...some })).toBe(
      'The policy works it out more often (27 → 50\u202f% of its answers) and answers at once less often (72 → 50\u202f%).',
    );
  });

  it('is about the results otherwise, and calls chance chance', () => {
    expect(words.behaviour({ ...nothing, heldOut: { ...open, verdict: 'rose' } })).toContain('with better results');
    expect(words.behaviour({ ...nothing, heldOut: { ...open, verdict: 'fell' } })).toContain('with worse results');
    expect(words.behaviour(nothing)).toContain('answers as before');
    expect(words.behaviour({ ...nothing, heldOut: null, lead: [{ ...open, verdict: 'rose' }] })).toContain('better');
  });
});

it('KL is explained with the number of the run', () => {
  const kl = { ...share, id: 'kl_exact', unit: 'nats/token', before: 0, after: 0.113 };
  expect(words.leadNote(kl)).toContain('1.12 times as likely');
});
