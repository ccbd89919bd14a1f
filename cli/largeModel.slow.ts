/** @file Policies of the shapes of models from the hub on Node: memory and time of a micro-batch, and steps of GRPO. */
import { spawnSync } from 'node:child_process';
import { mkdtempSync, readFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { QuickJsSandbox } from '../src/rl/sandbox/sandbox.ts';
import { commandPath } from '../scripts/install.mjs';
import { encodeCheckpoint } from '../src/policy/checkpoint.ts';
import { CHARACTER_VOCABULARY, characterTokenizer } from '../src/policy/tokenizer.ts';
import { defaultConfig, type TrainConfig } from '../src/rl/config/config.ts';
import { LocalTrainer } from '../src/rl/run/localTrainer.ts';
import { modelShapes, randomModel } from './bench/model/shapes.ts';
import { openSite, openWasmPage, rendererPeak } from './bench/browser.ts';
import { createLearner, loadPolicyFile } from './environment.ts';

const MINUTES = 60_000;

test.each([
  { model: 'smollm2-135m', megabytes: 700 },
  { model: 'qwen2.5-0.5b', megabytes: 1000 },
])(
  '$model: a micro-batch of 4 x 64 tokens stays under $megabytes MB, as forecast, and takes at most twice the time of its products',
  ({ model, megabytes }) => {
    const json = join(mkdtempSync(join(tmpdir(), 'rollout-')), 'model.json');
    const args = [commandPath('tsx'), 'cli/bench.ts', '--model', model, '--json', json];
    const { status, stderr } = spawnSync(process.execPath, args, { encoding: 'utf8' });
    expect({ status, stderr }).toMatchObject({ status: 0 });
    const { peakBytes, forecastBytes, ratio } = JSON.parse(readFileSync(json, 'utf8')) as {
      peakBytes: number;
      forecastBytes: number;
      ratio: { done: number };
    };
    expect(peakBytes).toBeLessThan(1e6 * megabytes);
    expect(Math.max(peakBytes / forecastBytes, forecastBytes / peakBytes)).toBeLessThan(1.3);
    expect(ratio.done).toBeLessThan(2);
  },
  5 * MINUTES,
);

test.each([
  { model: 'smollm2-135m', megabytes: 600 },
  { model: 'qwen2.5-0.5b', megabytes: 1000 },
] as const)(
  '$model: a micro-batch of 4 x 64 tokens stays under $megabytes MB in a tab, on WASM',
  async ({ model, megabytes }) => {
    const site = await openSite(loadPolicyFile('default'));
    try {
      const { page, close } = await openWasmPage(site);
      expect(await page.evaluate((of) => window.harness.learnModel(of), model)).toBeGreaterThan(0);
      const peak = await rendererPeak(page);
      await close();
      console.log(`${model}: ${(peak / 1e6).toFixed(0)} MB of the renderer at most`);
      expect(peak).toBeLessThan(1e6 * megabytes);
    } finally {
      await site.close();
    }
  },
  10 * MINUTES,
);

/** A policy file with random weights and one character for each token. */
function largeCheckpoint(): Uint8Array {
  const config = modelShapes['smollm2-135m'];
  const { weights } = randomModel(config, 1);
  // From U+10000 on, code points are neither surrogates nor characters of the usual vocabulary.
  const more = Array.from({ length: config.vocabSize - CHARACTER_VOCABULARY.length }, (_, i) =>
    String.fromCodePoint(0x10000 + i),
  );
  const tokenizer = characterTokenizer([...CHARACTER_VOCABULARY, ...more]).describe();
  const facts = { mixture: {}, pretraining: {}, accuracies: {} };
  return encodeCheckpoint(
    { config, weights, tokenizer },
    { id: 'large', title: 'Random', date: '2026-11-30', ...facts },
  );
}

/** Two prompts of 4 completions with 25 tokens; the reward depends on the first token, so that it varies. */
const config: TrainConfig = {
  ...defaultConfig,
  policy: 'large',
  task: 'sums',
  difficulty: 6,
  promptsPerStep: 2,
  numGenerations: 4,
  shardSize: 8,
  learningRate: 1e-3,
  warmupSteps: 0,
  evalEvery: 0,
  rewardWeights: { answer: 0, format: 0, parity: 1 },
  ownTerms: {
    parity: { code: 'function reward({ completion }) { return completion.codePointAt(0) % 2; }', onFailure: 'stop' },
  },
};

test(
  'the trainer learns by GRPO: the policy moves away from its base',
  async () => {
    const checkpoint = largeCheckpoint();
    const trainer = new LocalTrainer({
      loadPolicy: async () => checkpoint,
      createLearner: async (spec, seed) => ({ learner: await createLearner(spec, seed, 'node', 1) }),
      now: () => performance.now(),
      createSandbox: () => new QuickJsSandbox(),
    });
    try {
      const info = await trainer.open(config, { backend: 'node', workers: 1 });
      expect(info.policy.parameters).toBe(134_515_008);
      const [first, second] = [await trainer.step(), await trainer.step()];
      const completions = first.groups.flatMap((group) => group.completions);
      expect(completions).toHaveLength(8);
      expect(new Set(completions.map(({ reward }) => reward)).size).toBe(2);
      expect(first.metrics.kl_exact).toBe(0);
      expect(first.metrics.grad_norm).toBeGreaterThan(0);
      expect(second.metrics.kl_exact).toBeGreaterThan(0);
      for (const { metrics } of [first, second])
        expect(metrics['sampling/sampling_logp_difference/max']).toBeLessThan(1e-3);
    } finally {
      await trainer.dispose();
    }
  },
  10 * MINUTES,
);
