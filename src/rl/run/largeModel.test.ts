/** @file A run of a model of the hub in layers: open tokens, questions, resuming and forking, several updates a step. */
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { largeFolder, largeModel, largeTrainer } from '../../../testing/largeModel.ts';
import { plainLogDistribution, plainLogits } from '../../../testing/plainTransformer.ts';
import { onNode, tinyConfig } from '../../../testing/tinyRun.ts';
import { LARGE_VOCABULARY } from '../../../testing/hubFolder.ts';
import { hubTokenizer } from '../../policy/hub/tokenizer.ts';
import type { TrainConfig } from '../config/config.ts';
import type { LocalTrainer } from './localTrainer.ts';
import type { StepReport } from './trainer.ts';

const config: TrainConfig = {
  ...tinyConfig,
  policy: 'large',
  promptsPerStep: 2,
  learningRate: 0.02,
  rewardWeights: { answer: 0, format: 0, parity: 1 },
  ownTerms: {
    parity: { code: 'function reward({ completion }) { return completion.length % 2; }', onFailure: 'stop' },
  },
};
const tokenizer = hubTokenizer(largeModel.checkpoint.tokenizer as Parameters<typeof hubTokenizer>[0]);
const PROMPT = '1+1=';

const trainers: LocalTrainer[] = [];
async function opened(changes: Partial<TrainConfig> = {}): Promise<LocalTrainer> {
  const trainer = largeTrainer();
  trainers.push(trainer);
  await trainer.open({ ...config, ...changes }, onNode);
  return trainer;
}
afterAll(() => Promise.all(trainers.map((trainer) => trainer.dispose())));

let trainer: LocalTrainer;
let report: StepReport;
beforeAll(async () => {
  trainer = await opened();
  report = await trainer.step();
});

/** Completions of the step with the prompt of each. */
const completions = () =>
  report.groups.flatMap(({ prompt, completions: all }) => all.map((completion) => ({ prompt, ...completion })));

describe('an opened token', () => {
  test('lists 20 of each policy with the numbers of the step', async () => {
    for (const { prompt, tokenIds, logProbs, refLogProbs, entropy } of completions().slice(0, 2)) {
      const places = await trainer.distributions({ prompt, tokenIds, step: 0 });
      expect(places).toHaveLength(tokenIds.length);
      places.forEach(({ candidates, logProb, entropy: entropies }, t) => {
        expect(candidates.length).toBeGreaterThanOrEqual(20);
        expect(candidates.filter(({ sampled }) => sampled)).toHaveLength(1);
        for (const policy of ['base', 'before', 'now'] as const)
          expect(candidates.reduce((sum, candidate) => sum + (candidate[policy] as number), 0)).toBeLessThan(1);
        expect(logProb.before).toBeCloseTo(logProbs[t] as number, 4);
        expect(logProb.base).toBeCloseTo(refLogProbs[t] as number, 4);
        expect(entropies.before).toBeCloseTo(entropy[t] as number, 4);
      });
      expect(places.some(({ logProb }) => logProb.now !== logProb.before)).toBe(true);
    }
  });

  test('the end token is read too where it is also the padding', async () => {
    expect(tokenizer.endIds).toContain(tokenizer.padId);
    const tokenIds = [...tokenizer.encode('12'), tokenizer.padId];
    const { prompt } = report.groups[0]!;
    const places = await trainer.distributions({ prompt, tokenIds, step: -1 });
    const ids = [...tokenizer.encodePrompt(prompt), ...tokenIds];
    const logits = plainLogits(largeFolder.policy, largeFolder.weight, ids.slice(0, -1)).at(-1)!;
    const expected = plainLogDistribution(logits, config.temperature)[tokenizer.padId]!;
    expect(places.at(-1)!.logProb.base).toBeCloseTo(expected, 4);
  });
});

describe('both policies are asked', () => {
  test('greedily: the base writes as loops in float64 do after the chat template', async () => {
    const { base, tuned } = await trainer.ask(PROMPT, { temperature: 0, seed: 1, samples: 1 });
    const ids = tokenizer.encodePrompt(PROMPT);
    expect(tokenizer.spell(ids)).toContain(`<|im_start|>user\n${PROMPT}<|im_end|>`);
    const written = base[0]!.tokens;
    expect(written.length).toBeGreaterThan(0);
    for (const token of written) {
      const logits = plainLogits(largeFolder.policy, largeFolder.weight, ids).at(-1)!;
      ids.push(logits.indexOf(Math.max(...logits)));
      expect(tokenizer.tokenText(ids.at(-1)!)).toBe(token);
    }
    expect(tuned[0]!.tokens).not.toEqual(written);
  });

  test('at the temperature of the run: several answers, the same for the same seed', async () => {
    const options = { temperature: 1, seed: 3, samples: 3 };
    const answers = await trainer.ask(PROMPT, options);
    expect([answers.base.length, answers.tuned.length]).toEqual([3, 3]);
    expect(new Set(answers.base.map(({ tokens }) => tokens.join())).size).toBe(3);
    expect(await trainer.ask(PROMPT, options)).toEqual(answers);
    await expect(trainer.ask(PROMPT, { ...options, seed: 4 })).resolves.not.toEqual(answers);
  });
});

test('a snapshot goes on in another trainer bit for bit, and a fork of it takes another way', async () => {
  const snapshot = await trainer.snapshot();
  const [resumed, forked] = [await opened(), await opened({ learningRate: 0.001 })];
  await resumed.restore(snapshot);
  await forked.restore({ ...snapshot, config: { ...config, learningRate: 0.001 } });
  const [own, again, other] = [await trainer.step(), await resumed.step(), await forked.step()];
  expect(again.groups).toEqual(own.groups);
  expect(await resumed.adapter()).toEqual(await trainer.adapter());
  expect(other.groups.map(({ prompt }) => prompt)).toEqual(own.groups.map(({ prompt }) => prompt));
  expect(await forked.adapter()).not.toEqual(await trainer.adapter());
});

test('the accuracy on a task with listed outcomes is sampled, since no distribution is whole', async () => {
  const listed = await opened({ task: 'exact-seq', difficulty: 3, rewardWeights: {}, ownTerms: {} });
  const evaluation = await listed.evaluate(4, 1);
  expect(evaluation).not.toHaveProperty('exact');
  expect(evaluation.interval[1]).toBeGreaterThan(evaluation.sampled);
});

test('several updates a step: entropy and exact KL of rows that a later update learns from', async () => {
  const several = await opened({ numMinibatches: 2 });
  await several.step();
  const { groups, metrics } = await several.step();
  const all = groups.flatMap((group) => group.completions);
  for (const { entropy, kl } of all) {
    expect(entropy.every((x) => x > 0 && x < Math.log(LARGE_VOCABULARY))).toBe(true);
    expect(kl.every((x) => x > -1e-5)).toBe(true);
  }
  expect(all.every(({ kl }) => kl.some((x) => x > 1e-6))).toBe(true);
  expect(metrics.kl_exact).toBeGreaterThan(0);
  expect(metrics.entropy).toBeGreaterThan(0);
});
