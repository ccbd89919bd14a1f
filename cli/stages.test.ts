/** @file A run that begins with the adapter of an earlier stage. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { type LoraConfig, loraTargets } from '../src/policy/loraConfig.ts';
import { encodePeft } from '../src/policy/peft.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { encodeAdapter } from './adapterFile.ts';
import { initAt } from './adapterPath.ts';
import { tinyPolicy } from './fixture.ts';
import type { RunRequest } from './trainRequest.ts';
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
