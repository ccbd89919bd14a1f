/** @file Log-log fits, and batches of the sizes that slopes compare. */
import { describe, expect, test } from 'vitest';
import { decodeCheckpoint, tokenizerFrom } from '../../../src/policy/checkpoint.ts';
import { logLogFit } from './fit.ts';
import { baseSize, sizedGradient, sizedRollout, sizedSpec } from './sizes.ts';

describe('logLogFit', () => {
  test('is exact for a power, and the residual of a point off the line is its distance', () => {
    const exact = logLogFit([64, 128, 256], [3 * 64 ** 1.5, 3 * 128 ** 1.5, 3 * 256 ** 1.5]);
    expect(exact.slope).toBeCloseTo(1.5, 12);
    expect(exact.residual).toBeCloseTo(0, 12);
    // Logs to base 2 are 0, 3, 2: slope 1 about the mean 5/3, and the middle one lies 4/3 above.
    const bent = logLogFit([1, 2, 4], [1, 8, 4]);
    expect(bent.slope).toBeCloseTo(1, 12);
    expect(bent.residual).toBeCloseTo(2 ** (4 / 3) - 1, 12);
  });

  test('refuses one x, and numbers without a logarithm', () => {
    expect(() => logLogFit([2, 2], [1, 1])).toThrow(/two different/);
    expect(() => logLogFit([1, 2], [0, 1])).toThrow(/positive/);
  });
});

describe('a sized policy', () => {
  const size = { ...baseSize, batch: 16, length: 12, layers: 2, rank: 4, vocabulary: 80 };
  const spec = sizedSpec(size);

  test('has the wanted layers, rank, vocabulary and lengths', () => {
    const { config, tokenizer } = decodeCheckpoint(spec.checkpoint);
    expect(config).toMatchObject({ layers: 2, vocabSize: 80, maxSequence: 12 });
    expect(tokenizerFrom(tokenizer).vocabSize).toBe(80);
    expect(spec.slots.policy?.set).toMatchObject({ kind: 'lora', lora: { rank: 4 } });
    expect(spec.promptLength + spec.completionLength).toBe(12);
  });

  test('reads full rows: the prompts of its rollout, each shared by a group, and the sampled tokens', () => {
    const { prompts } = sizedRollout(size);
    const completions = Int32Array.from({ length: 16 * spec.completionLength }, (_, i) => 3 + (i % 50));
    const { tokenIds, arrays } = sizedGradient(size, completions);
    expect(new Set(prompts.map((ids) => ids.join())).size).toBe(2);
    expect([...tokenIds.subarray(12, 24)]).toEqual([
      ...(prompts[1] ?? []),
      ...completions.subarray(spec.completionLength, 2 * spec.completionLength),
    ]);
    const columns = 11;
    const weights = [...(arrays.weights ?? [])];
    expect(weights.reduce((a, b) => a + b, 0)).toBeCloseTo(1, 6);
    expect(weights.slice(0, columns).filter((w) => w > 0)).toHaveLength(spec.completionLength);
  });
});
