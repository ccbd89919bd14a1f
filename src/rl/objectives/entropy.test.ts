/** @file The choice of tokens by entropy, and the bonus for it. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../../engine/runtime/node.ts';
import { algorithmById } from '../papers/index.ts';
import { loadObjective } from '../papers/objectiveRun.ts';
import { topEntropyMask, withEntropyBonus } from './entropy.ts';

describe('the top-entropy mask', () => {
  const entropies = Float32Array.of(0.1, 0.2, 0.3, 0.4, 0.5, 0.6, 0.7, 0.8, 0.9, 1.0, 1.1, 1.2);
  const mask = Float32Array.of(1, 1, 1, 1, 0, 0, 1, 1, 1, 1, 0, 0);

  test("TRL's case: of two rows with their last two tokens masked, only .9 and 1.0 stay", () => {
    expect(Array.from(topEntropyMask(entropies, mask, 1 - 0.8))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 1, 1, 0, 0]);
  });

  test('all tokens at 1, the highest at 0, none without tokens, and no share outside', () => {
    expect(topEntropyMask(entropies, mask, 1)).toEqual(mask);
    expect(Array.from(topEntropyMask(entropies, mask, 0))).toEqual([0, 0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0]);
    expect(Array.from(topEntropyMask(entropies, new Float32Array(12), 0.5))).toEqual(Array(12).fill(0));
    expect(() => topEntropyMask(entropies, mask, 1.5)).toThrow(/top_entropy_quantile/);
    expect(() => topEntropyMask(entropies, mask.subarray(1), 0.5)).toThrow(/mask/);
  });

  test('keeps no token below one that it drops, and no masked one', () => {
    const tokens = fc.array(fc.tuple(fc.float({ min: 0, max: 4, noNaN: true }), fc.boolean()), { minLength: 1, maxLength: 30 });
    fc.assert(fc.property(tokens, fc.double({ min: 0, max: 1, noNaN: true }), (pairs, rho) => {
      const [entropy, inside] = [Float32Array.from(pairs, ([h]) => h), Float32Array.from(pairs, ([, m]) => (m ? 1 : 0))];
      const kept = topEntropyMask(entropy, inside, rho);
      const of = (wanted: number) => Array.from(entropy).filter((_, i) => inside[i] === 1 && kept[i] === wanted);
      expect(kept.every((k, i) => k <= inside[i]!)).toBe(true);
      expect(Math.min(...of(1))).toBeGreaterThanOrEqual(Math.max(...of(0)));
    }));
  });
});

describe('the entropy bonus', () => {
  test('lowers the loss by the weighted mean entropy of the tokens', async () => {
    const runtime = await createNodeRuntime();
    const batch = { logProbs: [-1, -2, -3], oldLogProbs: [-1, -2, -3], refLogProbs: [-1, -2, -3], entropy: [0.5, 1, 100], advantages: [1, -1, 0], mask: [1, 1, 0] };
    const plain = await loadObjective(runtime, algorithmById('ppo'), 1, 3);
    const bonus = await loadObjective(runtime, withEntropyBonus(algorithmById('ppo')), 1, 3);
    expect((await plain.at(batch)).loss - (await bonus.at(batch, { entropy_coef: 0.1 })).loss).toBeCloseTo(0.1 * 0.75, 12);
    await plain.dispose();
    await bonus.dispose();
    await runtime.dispose();
  });
});
