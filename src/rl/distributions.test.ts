/** @file Distributions before each token of a sampled completion, from a small run on Node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { onNode, tinyConfig, tinyTrainer } from './fixture.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { CompletionReport, GroupReport } from './trainer.ts';

let trainer: LocalTrainer;
let group: GroupReport;
let completion: CompletionReport;

beforeAll(async () => {
  trainer = tinyTrainer();
  await trainer.open({ ...tinyConfig, learningRate: 0.02, warmupSteps: 0 }, onNode);
  const { groups } = await trainer.step();
  group = groups.find(({ completions }) => new Set(completions.map(({ reward }) => reward)).size > 1) ?? groups[0]!;
  completion = group.completions[0]!;
});
afterAll(() => trainer.dispose());

const ask = (query: Partial<Parameters<LocalTrainer['distributions']>[0]> = {}) =>
  trainer.distributions({ prompt: group.prompt, tokenIds: completion.tokenIds, top: 5, ...query });

describe('the places of a completion', () => {
  test('hold the base’s numbers as the step saw them, and others for a policy that was trained since', async () => {
    const places = await ask();
    expect(places).toHaveLength(completion.tokens.length);
    places.forEach(({ logProb }, t) => expect(logProb.base).toBeCloseTo(completion.refLogProbs[t]!, 4));
    expect(places.some(({ logProb }) => Math.abs(logProb.base - logProb.now) > 1e-4)).toBe(true);
  });

  test('name the sampled token once, the likeliest by now first, and never more than all there is', async () => {
    for (const [t, { candidates, logProb }] of (await ask()).entries()) {
      const own = candidates.filter(({ sampled }) => sampled);
      expect(own.map(({ token }) => token)).toEqual([completion.tokens[t]]);
      expect(Math.log(own[0]!.now)).toBeCloseTo(logProb.now, 5);
      expect(Math.log(own[0]!.base)).toBeCloseTo(logProb.base, 5);
      expect(candidates.map(({ now }) => now)).toEqual(candidates.map(({ now }) => now).toSorted((a, b) => b - a));
      expect(candidates.length).toBeLessThanOrEqual(11);
      for (const policy of ['base', 'now'] as const) expect(candidates.reduce((sum, candidate) => sum + candidate[policy], 0)).toBeLessThanOrEqual(1 + 1e-5);
    }
  });

  test('sum to 1 over the whole vocabulary, and their entropy is that of the step where nothing was learnt', async () => {
    const fresh = tinyTrainer();
    await fresh.open({ ...tinyConfig, learningRate: 0 }, onNode);
    const { groups } = await fresh.step();
    const { prompt, completions: [first] } = groups[0]!;
    const places = await fresh.distributions({ prompt, tokenIds: first!.tokenIds, top: 1000 });
    places.forEach(({ candidates, entropy }, t) => {
      expect(candidates.reduce((sum, { now }) => sum + now, 0)).toBeCloseTo(1, 5);
      expect(entropy.now).toBeCloseTo(first!.entropy[t]!, 4);
      expect(entropy.now).toBeCloseTo(entropy.base, 6);
    });
    await fresh.dispose();
  });

  test('can be asked for while it trains, and change nothing', async () => {
    const adapter = await trainer.adapter();
    expect(await ask()).toEqual(await ask());
    expect(await trainer.adapter()).toEqual(adapter);
    await trainer.start();
    expect(await ask()).toHaveLength(completion.tokens.length);
    await trainer.pause();
  });
});

test('what cannot be a completion is refused in words', async () => {
  await expect(ask({ prompt: 'é' })).rejects.toThrow('not in the vocabulary');
  await expect(ask({ prompt: '1'.repeat(100) })).rejects.toThrow(/prompt: 1 to \d+ tokens, not 100/);
  await expect(ask({ tokenIds: [] })).rejects.toThrow(/completion: 1 to \d+ tokens, not 0/);
  await expect(ask({ tokenIds: [9999] })).rejects.toThrow('completion: 9999 is not a token of this policy');
  await expect(ask({ top: 0 })).rejects.toThrow('top: a whole number above 0');
});
