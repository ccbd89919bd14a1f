import { describe, expect, it } from 'vitest';
import type { CompletionView } from '../types.ts';
import { byReward, magnitudes, scaleTop, shade, visibleToken } from './shade.ts';

const completion = (text: string, reward: number, logProbs: number[]): CompletionView => ({
  text, tokens: [...text], reward, terms: {}, advantage: reward, correct: reward > 0, method: null, terminated: true,
  logProbs, refLogProbs: logProbs, entropy: logProbs.map(() => 0.1), kl: logProbs.map(() => 0.001),
});

describe('shading', () => {
  it('is stronger for less likely tokens and capped at half', () => {
    const surprise = magnitudes(completion('ab', 1, [-0.1, -3]), 'logProb');
    expect(surprise).toEqual([0.1, 3]);
    expect(shade(3, 3, 'red')).toContain('red 50%');
    expect(shade(9, 3, 'red')).toContain('red 50%');
    expect(shade(0, 3, 'red')).toContain('red 0%');
  });

  it('keeps a floor under the scale so that a tiny KL stays pale', () => {
    expect(scaleTop([completion('a', 1, [-4])], 'logProb')).toBe(4);
    expect(scaleTop([completion('a', 1, [-4])], 'kl')).toBe(0.2);
  });
});

describe('byReward', () => {
  it('puts the best first and keeps the sampled order among equals', () => {
    const group = [completion('a', 0, []), completion('b', 1, []), completion('c', 0, [])];
    expect(byReward(group).map((c) => c.text)).toEqual(['b', 'a', 'c']);
  });
});

it('makes blanks visible', () => {
  expect(visibleToken('a b\n')).toBe('a␣b⏎');
});
