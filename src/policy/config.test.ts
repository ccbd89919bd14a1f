/** @file Derived sizes of the architecture, and the messages of its schema. */
import { describe, expect, test } from 'vitest';
import { headSize, kvDim, parsePolicyConfig, queryDim, weightNames, type PolicyConfig } from './config.ts';

const config: PolicyConfig = {
  vocabSize: 64,
  dim: 32,
  layers: 2,
  heads: 4,
  kvHeads: 2,
  hiddenDim: 96,
  maxSequence: 128,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};

describe('policy config', () => {
  test('derived widths follow from heads and grouped heads', () => {
    expect(headSize(config)).toBe(8);
    expect(kvDim(config)).toBe(16);
  });

  test('weights are listed in forward order with [in, out] shapes', () => {
    const weights = weightNames(config);
    expect(weights).toHaveLength(1 + 2 * 9 + 2);
    expect(weights.map((w) => w.name).slice(0, 11)).toEqual([
      'embedding',
      'layers.0.attention_norm',
      'layers.0.q',
      'layers.0.k',
      'layers.0.v',
      'layers.0.o',
      'layers.0.mlp_norm',
      'layers.0.gate',
      'layers.0.up',
      'layers.0.down',
      'layers.1.attention_norm',
    ]);
    const shapes = new Map(weights.map((w) => [w.name, w.shape]));
    expect(shapes.get('embedding')).toEqual([64, 32]);
    expect(shapes.get('layers.1.k')).toEqual([32, 16]);
    expect(shapes.get('layers.1.gate')).toEqual([32, 96]);
    expect(shapes.get('layers.1.down')).toEqual([96, 32]);
    expect(shapes.get('head')).toEqual([32, 64]);
  });

  test('a head size of its own, biases and norms of heads change the weights', () => {
    const variant = { ...config, headDim: 16, qkvBias: true, qkNorm: true, postNorms: true };
    expect([headSize(variant), queryDim(variant), kvDim(variant)]).toEqual([16, 64, 32]);
    const shapes = new Map(weightNames(variant).map((w) => [w.name, w.shape]));
    expect(shapes.get('layers.0.q')).toEqual([32, 64]);
    expect(shapes.get('layers.0.o')).toEqual([64, 32]);
    expect(shapes.get('layers.0.q_bias')).toEqual([64]);
    expect(shapes.get('layers.0.v_bias')).toEqual([32]);
    expect(shapes.get('layers.0.k_norm')).toEqual([16]);
    expect([shapes.has('layers.0.v_norm'), shapes.has('layers.1.mlp_post_norm')]).toEqual([false, true]);
  });

  test('a tied head has no separate weight', () => {
    expect(weightNames({ ...config, tiedHead: true }).at(-1)?.name).toBe('norm');
  });

  test.each([
    [{ heads: 5 }, /dim: 32 is not divisible by heads \(5\)/],
    [{ dim: 12, heads: 4 }, /dim: the head size 3 \(dim \/ heads\) is odd/],
    [{ kvHeads: 3 }, /kvHeads: heads \(4\) is not divisible by 3/],
    [{ layers: 0 }, /layers: at least 1/],
    [{ layers: 1e9 }, /layers: at most 1024/],
    [{ hiddenDim: 1.5 }, /hiddenDim: a whole number is needed/],
    [{ vocabSize: '64' }, /vocabSize: a number is needed/],
    [{ ropeTheta: -1 }, /ropeTheta: must be greater than 0/],
    [{ normEps: Number.NaN }, /normEps: a number is needed/],
    [{ tiedHead: 1 }, /tiedHead: true or false is needed/],
    [{ headDim: 7 }, /headDim: 7 is odd/],
    [{ activation: 'relu' }, /activation: geluTanh, or none for SiLU/],
    [{ embeddingScale: 0 }, /embeddingScale: must be greater than 0/],
    [{ localAttention: { window: 0, ropeTheta: 1, layers: [] } }, /localAttention.window: at least 1/],
    [
      { ropeScaling: { factor: 8, lowFrequency: 4, highFrequency: 4, originalSequence: 8192 } },
      /ropeScaling.highFrequency: must be greater than lowFrequency/,
    ],
    [{ surprise: 1 }, /surprise/],
  ])('%j is refused by field', (change, message) => {
    expect(() => parsePolicyConfig({ ...config, ...change })).toThrow(message);
  });

  test('several wrong fields are all named', () => {
    expect(() => parsePolicyConfig({ ...config, dim: 0, layers: -1 })).toThrow(/dim: .*layers: /);
  });
});
