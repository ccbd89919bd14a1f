/**
 * @file The default preset and algorithms of every kind learn, in small: fewer steps, seeds and problems than the
 * claims, with a control.
 */
import { expect, test } from 'vitest';
import type { TrainConfig } from '../src/rl/config/config.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { withAlgorithm } from '../src/rl/algorithm/configured.ts';
import { withStages } from '../src/rl/algorithm/stages.ts';
import { loadPolicyFile } from './environment.ts';
import { trainRun } from './trainRun.ts';

const STEPS = 50;

async function run(policy: string, changes: Partial<TrainConfig>) {
  const preset = presetConfig('default');
  const config: TrainConfig = {
    ...withAlgorithm(preset, changes.algorithm ?? preset.algorithm),
    maxSteps: STEPS,
    evalEvery: 0,
    ...changes,
  };
  const { summary } = await trainRun({
    preset: 'default',
    config,
    policy: loadPolicyFile(policy),
    backend: 'node',
    workers: 2,
    evalProblems: 96,
    evalSamples: 2,
  });
  return summary;
}

test.each(['default', 'default-b'])(
  'from base %s the sampled accuracy rises by more than 20 points in 50 steps, by choosing the worked method',
  { timeout: 180_000 },
  async (policy) => {
    const summary = await run(policy, { seed: 11 });
    expect(summary.finalAccuracy - summary.baseAccuracy).toBeGreaterThan(0.2);
    expect(summary.finalMethods.worked?.share).toBeGreaterThan(2 * (summary.baseMethods.worked?.share ?? 1));
  },
);

test('learning rate 0 changes nothing', { timeout: 180_000 }, async () => {
  const summary = await run('default', { seed: 11, learningRate: 0, maxSteps: 5 });
  expect(summary.finalAccuracy).toBe(summary.baseAccuracy);
  expect(summary.finalGreedy).toBe(summary.baseGreedy);
});

test('shuffled rewards teach nothing', { timeout: 180_000 }, async () => {
  const summary = await run('default', { seed: 11, shuffleRewards: true });
  expect(summary.finalAccuracy - summary.baseAccuracy).toBeLessThan(0.1);
});

test(
  'sdft: without a reward, nearly all completions take the form that the teacher is asked for',
  { timeout: 180_000 },
  async () => {
    const summary = await run('text', { seed: 11, algorithm: 'sdft', task: 'formats', difficulty: 4, maxSteps: 24 });
    expect(summary.baseMethods.think?.share).toBeLessThan(0.4);
    expect(summary.finalMethods.think?.share).toBeGreaterThan(0.7);
  },
);

test.each(['opd', 'gkd'])(
  '%s: a student that begins as the base writes as its teacher, which 40 steps of GRPO made, after 20 steps',
  { timeout: 180_000 },
  async (algorithm) => {
    const staged = withStages(presetConfig('default'), [
      { steps: 40 },
      { algorithm, steps: 20, start: 0, reference: 1 },
    ]);
    const {
      baseAccuracy,
      baseMethods,
      stages: [teacher, student] = [],
    } = await run('default', { ...staged, seed: 11 });
    expect(teacher!.sampled - baseAccuracy).toBeGreaterThan(0.3);
    expect(baseMethods.worked?.share).toBeLessThan(0.4);
    expect(student!.sampled).toBeGreaterThan(teacher!.sampled - 0.1);
  },
);

test.each(['dapo', 'rloo', 'ppo', 'raft', 'topr', 'sft', 'dpo', 'kto'])(
  '%s: the sampled accuracy rises by more than 15 points in 30 steps',
  { timeout: 180_000 },
  async (algorithm) => {
    const summary = await run('default', { seed: 11, algorithm, maxSteps: 30 });
    expect(summary.finalAccuracy - summary.baseAccuracy).toBeGreaterThan(0.15);
  },
);
