/** @file Distributions before each token of a sampled completion, from a small run on Node. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createRuntime } from '../../engine/runtime/index.ts';
import { onNode, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import { LocalLane } from '../learner/lane.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { TokenDistribution } from './trainer.ts';
import type { CompletionReport, GroupReport } from '../step/report.ts';

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
  trainer.distributions({ prompt: group.prompt, tokenIds: completion.tokenIds, step: 0, top: 5, ...query });

describe('distributions before a completion’s tokens', () => {
  test('agree with the step on the base, and differ for a policy trained since', async () => {
    const places = await ask();
    expect(places).toHaveLength(completion.tokens.length);
    places.forEach(({ logProb }, t) => expect(logProb.base).toBeCloseTo(completion.refLogProbs[t]!, 4));
    expect(places.some(({ logProb }) => Math.abs(logProb.base - logProb.now) > 1e-4)).toBe(true);
  });

  test('list the sampled token once, sorted by `now`, and at most the whole vocabulary', async () => {
    for (const [t, { candidates, logProb }] of (await ask()).entries()) {
      const own = candidates.filter(({ sampled }) => sampled);
      expect(own.map(({ token }) => token)).toEqual([completion.tokens[t]]);
      expect(Math.log(own[0]!.now)).toBeCloseTo(logProb.now, 5);
      expect(Math.log(own[0]!.base)).toBeCloseTo(logProb.base, 5);
      expect(candidates.map(({ now }) => now)).toEqual(candidates.map(({ now }) => now).toSorted((a, b) => b - a));
      expect(candidates.length).toBeLessThanOrEqual(16);
      for (const policy of ['base', 'before', 'now'] as const)
        expect(candidates.reduce((sum, candidate) => sum + candidate[policy]!, 0)).toBeLessThanOrEqual(1 + 1e-5);
    }
  });

  test('sum to 1 over the vocabulary, and at learning rate 0 their entropy is that of the step', async () => {
    const fresh = tinyTrainer();
    await fresh.open({ ...tinyConfig, learningRate: 0 }, onNode);
    const { groups } = await fresh.step();
    const {
      prompt,
      completions: [first],
    } = groups[0]!;
    const places = await fresh.distributions({ prompt, tokenIds: first!.tokenIds, step: 0, top: 1000 });
    places.forEach(({ candidates, entropy }, t) => {
      expect(candidates.reduce((sum, { now }) => sum + now, 0)).toBeCloseTo(1, 5);
      expect(entropy.now).toBeCloseTo(first!.entropy[t]!, 4);
      expect(entropy.now).toBeCloseTo(entropy.base, 6);
    });
    await fresh.dispose();
  });

  test('can be read during training, and do not change it', async () => {
    const adapter = await trainer.adapter();
    expect(await ask()).toEqual(await ask());
    expect(await trainer.adapter()).toEqual(adapter);
    await trainer.start();
    expect(await ask()).toHaveLength(completion.tokens.length);
    await trainer.pause();
  });
});

test('invalid prompts and completions are refused with a message', async () => {
  await expect(ask({ prompt: 'é' })).rejects.toThrow('not in the vocabulary');
  await expect(ask({ prompt: '1'.repeat(100) })).rejects.toThrow(/prompt: 1 to \d+ tokens, not 100/);
  await expect(ask({ tokenIds: [] })).rejects.toThrow(/completion: 1 to \d+ tokens, not 0/);
  await expect(ask({ tokenIds: [9999] })).rejects.toThrow('completion: 9999 is not a token of this policy');
  await expect(ask({ top: 0 })).rejects.toThrow('top: a whole number above 0');
});

test('of a small vocabulary few tokens are listed unless more are asked for', async () => {
  const { prompt } = group;
  const { tokenIds } = completion;
  expect(await trainer.distributions({ prompt, tokenIds, step: 0 })).toEqual(await ask({ top: 6 }));
  const [few, many] = [await ask({ top: 6 }), await ask({ top: 20 })];
  few.forEach(({ candidates }, t) => expect(candidates.length).toBeLessThan(many[t]!.candidates.length));
});

describe.each(['node', 'wasm'] as const)('before a step and after it, on %s', (backend) => {
  const fast = { ...tinyConfig, learningRate: 0.02, warmupSteps: 0 };
  const trainerOn = () =>
    tinyTrainer(async () => ({
      lanes: [new LocalLane(await createRuntime(backend))],
      lost: new Promise<never>(() => {}),
    }));
  const now = (places: readonly TokenDistribution[]) =>
    places.map(({ logProb, entropy }) => [logProb.now, entropy.now]);
  const before = (places: readonly TokenDistribution[]) =>
    places.map(({ logProb, entropy }) => [logProb.before, entropy.before]);

  test.each([
    ['one update', {}],
    ['several updates on one batch', { numIterations: 2, numMinibatches: 2 }],
  ])('%s: `before` is the policy before the step, `now` the one after it', async (_, changes) => {
    const [earlier, later] = [trainerOn(), trainerOn()];
    for (const each of [earlier, later]) {
      await each.open({ ...fast, ...changes }, onNode);
      await each.step();
    }
    const { groups, step } = await later.step();
    for (const { prompt, completions } of groups) {
      const { tokenIds, logProbs } = completions[0]!;
      const query = { prompt, tokenIds, step, top: 5 };
      const [asked, found] = [await later.distributions(query), await earlier.distributions(query)];
      expect(before(asked)).toEqual(now(found));
      // `before` is absent for a step that is not the newest.
      expect(found.every((place) => !('before' in place.logProb))).toBe(true);
      expect(now(asked)).not.toEqual(before(asked));
      asked.forEach(({ logProb, candidates }, t) => {
        expect(Math.abs(logProb.before! - logProbs[t]!)).toBeLessThan(1e-5);
        expect(Math.log(candidates.find(({ sampled }) => sampled)!.before!)).toBeCloseTo(logProb.before!, 5);
      });
    }
    await earlier.step();
    const { prompt, completions } = groups[0]!;
    const query = { prompt, tokenIds: completions[0]!.tokenIds, step, top: 5 };
    expect(now(await later.distributions(query))).toEqual(now(await earlier.distributions(query)));
    await earlier.dispose();
    await later.dispose();
  });

  test('no `before` after a restore or reset, until the next step', async () => {
    const own = trainerOn();
    await own.open(fast, onNode);
    const { groups } = await own.step();
    const query = { prompt: groups[0]!.prompt, tokenIds: groups[0]!.completions[0]!.tokenIds, top: 5 };
    const known = async (step: number) =>
      (await own.distributions({ ...query, step })).every(({ logProb }) => logProb.before !== undefined);
    const snapshot = await own.snapshot();
    expect([await known(0), await known(1)]).toEqual([true, false]);
    await own.restore(snapshot);
    expect(await known(0)).toBe(false);
    await own.step();
    expect([await known(0), await known(1)]).toEqual([false, true]);
    await own.reset();
    expect([await known(-1), await known(0)]).toEqual([false, false]);
    await own.step();
    expect(await known(0)).toBe(true);
    await own.dispose();
  });
});
