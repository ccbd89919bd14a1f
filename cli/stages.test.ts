/** @file A run that begins with the adapter of an earlier stage, and a run of stages. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LoraConfig, loraTargets } from '../src/policy/loraConfig.ts';
import { encodePeft } from '../src/policy/peft.ts';
import { withAlgorithm } from '../src/rl/algorithm/configured.ts';
import { withStages } from '../src/rl/algorithm/stages.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { encodeAdapter } from './adapterFile.ts';
import { initAt } from './adapterPath.ts';
import { tinyPolicy } from './fixture.ts';
import type { RunRequest, StepLine } from './trainRequest.ts';
import { accuracyAtStage } from './claims/papers/measures.ts';
import { summarySchema } from './claims/summary.ts';
import { stagedConfig } from './stageResult.ts';
import { trainRun } from './trainRun.ts';
import { floatsHash, requestHash } from './trainState.ts';
import { summaryText } from './trainTable.ts';

const policy = await tinyPolicy();
const { config: policyConfig, manifest } = policy.checkpoint;
const request: RunRequest = {
  preset: 'default',
  policy,
  backend: 'node',
  workers: 1,
  evalProblems: 16,
  evalSamples: 4,
  config: {
    ...presetConfig('default'),
    policy: 'tiny',
    maxSteps: 3,
    evalEvery: 0,
    seed: 5,
    numGenerations: 8,
    promptsPerStep: 4,
    rank: 2,
    alpha: 4,
    warmupSteps: 0,
    difficulty: 2,
  },
};
const lora: LoraConfig = { rank: 2, alpha: 4, targets: loraTargets };
const first = await trainRun(request);
const folder = mkdtempSync(join(tmpdir(), 'rollout-stages-'));
afterAll(() => rmSync(folder, { recursive: true }));
const origin = { policy: manifest.id, policyHash: manifest.sha256 };
const saved = join(folder, 'saved.safetensors');
writeFileSync(saved, encodeAdapter(policyConfig, first.adapter, { ...origin, lora, run: {} }));
for (const [name, bytes] of Object.entries(encodePeft(policyConfig, lora, first.adapter, origin)))
  writeFileSync(join(folder, name), bytes);

test('the adapter of a run with a critic is the policy’s alone, for files and for other problems', async () => {
  const { adapter, summary } = await trainRun({
    ...request,
    config: { ...withAlgorithm(request.config, 'ppo'), maxSteps: 1 },
    ood: [{ task: 'sums', difficulty: 3 }],
  });
  expect(adapter).toHaveLength(first.adapter.length);
  expect(summary.ood).toMatchObject([{ task: 'sums', difficulty: 3 }]);
});

describe('a second stage', () => {
  test('begins where the first one ended, from either form of file, and trains on', async () => {
    for (const path of [saved, folder, join(folder, 'adapter_model.safetensors')])
      expect(initAt('--init', path, policy.checkpoint, lora)).toEqual(first.adapter);
    const second = await trainRun({ ...request, init: initAt('--init', saved, policy.checkpoint, lora) });
    const { init, baseAccuracy, baseGreedy, baseMeanLength, adapterHash } = second.summary;
    expect([baseAccuracy, baseGreedy, baseMeanLength]).toEqual([
      first.summary.finalAccuracy,
      first.summary.finalGreedy,
      first.summary.finalMeanLength,
    ]);
    expect(init).toBe(first.summary.adapterHash);
    expect(adapterHash).not.toBe(first.summary.adapterHash);
    expect(summaryText(second.summary)).toMatch(/^start +sampled/m);
    expect(summaryText(first.summary)).toMatch(/^base +sampled/m);
  });

  test('with a critic begins with the adapter and a new critic', async () => {
    const config = { ...request.config, algorithm: 'ppo', maxSteps: 1 };
    const { summary } = await trainRun({ ...request, config, init: first.adapter });
    expect(summary.baseAccuracy).toBe(first.summary.finalAccuracy);
  });

  test('is another request than one from the base, so that neither resumes the other', () => {
    const hash = requestHash(request, '1');
    expect(requestHash({ ...request, init: first.adapter }, '1')).not.toBe(hash);
    expect(floatsHash(first.adapter)).toBe(first.summary.adapterHash);
  });

  test('refuses an adapter of another scale or of another base', () => {
    expect(() => initAt('--init', saved, policy.checkpoint, { ...lora, alpha: 8 })).toThrow(
      /^--init: the adapter has rank 2, alpha 4, on q, .*; the run has rank 2, alpha 8, on q, /,
    );
    const other = { ...policy.checkpoint, manifest: { ...manifest, sha256: 'f'.repeat(64) } };
    for (const path of [saved, folder])
      expect(() => initAt('--init', path, other, lora)).toThrow(/was trained on .*not on this one \(ffff/);
    expect(() => initAt('--init', join(folder, 'none'), policy.checkpoint, lora)).toThrow(/^--init: .*cannot be read/);
  });
});

describe('--stages', () => {
  const staged = {
    ...request,
    config: withStages({ ...request.config, evalProblems: 16 }, [
      { steps: 3 },
      { algorithm: 'sft', steps: 2, learningRate: 0.01 },
    ]),
  };

  test('equals runs chained with --init, bit for bit, with read-outs at the end of each stage', async () => {
    const config = { ...withAlgorithm(request.config, 'sft'), maxSteps: 2, learningRate: 0.01 };
    const chained = await trainRun({ ...request, config, init: first.adapter });
    const lines: StepLine[] = [];
    const { summary } = await trainRun(
      { ...staged, ood: [{ task: 'sums', difficulty: 3 }] },
      { step: (line) => lines.push(line) },
    );
    expect(summary.adapterHash).toBe(chained.summary.adapterHash);
    expect(lines.map(({ step, stage }) => [step, stage])).toEqual([
      [0, 1],
      [1, 1],
      [2, 1],
      [3, 2],
      [4, 2],
    ]);
    const [one, two] = summary.stages ?? [];
    expect(one).toMatchObject({ algorithm: 'grpo', steps: 3, ended: 'steps', sampled: first.summary.finalAccuracy });
    expect(two).toMatchObject({ algorithm: 'sft', steps: 2, ended: 'steps', sampled: chained.summary.finalAccuracy });
    expect(two?.ood?.map(({ sampled }) => sampled)).toEqual(summary.ood?.map(({ final }) => final.sampled));
    expect(summaryText(summary)).toMatch(/^stage 2, sft, 2 steps: sampled/m);
    const stored = summarySchema.parse(JSON.parse(JSON.stringify(summary)));
    expect(accuracyAtStage(1).of(stored)).toBeCloseTo(100 * first.summary.finalAccuracy);
    expect(accuracyAtStage(1).of(summarySchema.parse(first.summary))).toBe(null);
  });

  test('stopped in the second stage and resumed, ends with the same bits and read-outs', async () => {
    const path = join(folder, 'state.safetensors');
    const keep = (resume: boolean) => ({ path, request: 'staged', resume });
    const [whole, lines] = [await trainRun(staged), [] as StepLine[]];
    const stopped = await trainRun(
      { ...staged, keep: keep(false) },
      { step: (line) => lines.push(line), stop: () => lines.length === 4 },
    );
    expect([stopped.summary.ended, stopped.summary.steps]).toEqual(['interrupt', 4]);
    const resumed = await trainRun({ ...staged, keep: keep(true) });
    expect(resumed.adapter).toEqual(whole.adapter);
    expect(resumed.summary.stages).toEqual(whole.summary.stages);
  });

  test('is read from words and from a file, with errors that name file, stage and field', () => {
    const file = join(folder, 'stages.json');
    const words = 'sft steps=20; grpo steps=60 reference=1';
    writeFileSync(
      file,
      JSON.stringify([
        { algorithm: 'sft', steps: 20 },
        { algorithm: 'grpo', steps: 60, reference: 1 },
      ]),
    );
    expect(stagedConfig(request.config, file)).toEqual(stagedConfig(request.config, words));
    expect(stagedConfig(request.config, words).maxSteps).toBe(80);
    expect(() => stagedConfig(request.config, 'sft steps=20; grpo steps=60 beta=7')).toThrow(
      '--stages: stage 2: beta: at most 1',
    );
    writeFileSync(file, '[{"algorithm":"sft","steps":"x"}]');
    expect(() => stagedConfig(request.config, file)).toThrow(`--stages: ${file}: stage 1: steps: a number is needed`);
    writeFileSync(file, '[');
    expect(() => stagedConfig(request.config, file)).toThrow(`--stages: ${file}: no JSON: `);
    expect(() => stagedConfig(request.config, join(folder, 'none.json'))).toThrow(/^--stages: .*none\.json/);
  });
});
