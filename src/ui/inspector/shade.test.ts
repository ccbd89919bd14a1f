import { describe, expect, it } from 'vitest';
import type { ClipView, CompletionView } from '../types.ts';
import { clippedSides, colorOf, quantitiesOf, scales, scaleTop, shade } from './shade.ts';

const completion = (
  text: string,
  reward: number,
  logProbs: number[],
  more: Partial<CompletionView> = {},
): CompletionView => ({
  text,
  tokens: [...text],
  reward,
  terms: {},
  advantage: reward,
  correct: reward > 0,
  method: null,
  terminated: true,
  logProbs,
  policyLogProbs: logProbs,
  refLogProbs: logProbs,
  tokenAdvantages: logProbs.map(() => reward),
  entropy: logProbs.map(() => 0.1),
  kl: logProbs.map(() => 0.001),
  ...more,
});

const clip: ClipView = { of: 'tokens', low: 0.8, high: 1.2, cap: 2 };
/** One token for each of the given ratios. */
const moved = (ratios: number[], advantage: number) =>
  completion(
    'x'.repeat(ratios.length),
    0,
    ratios.map(() => -1),
    { policyLogProbs: ratios.map((ratio) => -1 + Math.log(ratio)), tokenAdvantages: ratios.map(() => advantage) },
  );

describe('shading', () => {
  it('is stronger for less likely tokens and capped at half', () => {
    expect(scales.logProb.values(completion('ab', 1, [-0.1, -3]), null)).toEqual([0.1, 3]);
    expect(shade(3, 3, 'red')).toContain('red 50%');
    expect(shade(-9, 3, 'red')).toContain('red 50%');
    expect(shade(0, 3, 'red')).toContain('red 0%');
  });

  it('keeps a floor under the scale, so that a tiny KL stays pale', () => {
    expect(scaleTop([completion('a', 1, [-4])], 'logProb', null)).toBe(4);
    expect(scaleTop([completion('a', 1, [-4])], 'kl', null)).toBe(0.2);
    expect(scaleTop([completion('a', -3, [-4])], 'advantage', null)).toBe(3);
  });

  it('has a colour and words for each sign of a signed quantity', () => {
    expect(colorOf('advantage', -1)).not.toBe(colorOf('advantage', 1));
    expect(colorOf('entropy', 1)).toBe('var(--entropy)');
    expect(scales.push.say(-1.5)).toMatch(/suppressed.*1\.5/);
    expect(scales.ratio.say(Math.log(1.25))).toBe('1.25');
  });
});

describe('clippedSides', () => {
  it('cuts a token above the range at positive advantage, below it or beyond the cap at negative, and no other', () => {
    const ratios = [0.5, 0.9, 1.1, 1.5, 3];
    expect(clippedSides(moved(ratios, 1), clip)).toEqual([0, 0, 0, 1, 1]);
    expect(clippedSides(moved(ratios, -1), clip)).toEqual([-1, 0, 0, 0, 1]);
    expect(clippedSides(moved(ratios, 0), clip)).toEqual([0, 0, 0, 0, 0]);
    expect(clippedSides(moved(ratios, 1), null)).toEqual([0, 0, 0, 0, 0]);
  });

  it('uses the geometric mean of the ratios where whole completions are clipped', () => {
    expect(clippedSides(moved([1, 2, 1.5], 1), { ...clip, of: 'completions' })).toEqual([1, 1, 1]);
    expect(clippedSides(moved([0.5, 2, 1], 1), { ...clip, of: 'completions' })).toEqual([0, 0, 0]);
  });

  it('a token that it cuts gets no push from the update', () => {
    expect(scales.push.values(moved([1, 1.5], 0.5), clip)).toEqual([0.5, 0]);
  });

  it('clip is offered only where there is one, advantages only where they are used', () => {
    expect(quantitiesOf(clip, true)).toContain('clip');
    expect(quantitiesOf(null, true)).not.toContain('clip');
    expect(quantitiesOf(null, false)).toEqual(['logProb', 'entropy', 'kl', 'ratio']);
  });
});
