/** @file GRPO on a base in the hub's layout follows the same run on the base itself. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import { transformersFolder } from '../src/exporters/transformers.ts';
import { sha256Hex } from '../src/lib/sha256.ts';
import { presetConfig } from '../src/rl/config/presets.ts';
import { createLayerLearner } from '../src/rl/learner/layers/layerLearner.ts';
import { LocalTrainer, type TrainerEnvironment } from '../src/rl/run/localTrainer.ts';
import { type LoadedPolicy, loadPolicyFile, nodeEnvironment } from './environment.ts';
import { loadModelFolder } from './modelFolder.ts';
import { stepLine } from './trainRun.ts';

const STEPS = 3;
const config = {
  ...presetConfig('default'),
  seed: 3,
  maxSteps: STEPS,
  evalEvery: 0,
  promptsPerStep: 4,
  warmupSteps: 0,
};

const folder = mkdtempSync(join(tmpdir(), 'rollout-hub-'));
afterAll(() => rmSync(folder, { recursive: true }));

const base = loadPolicyFile(config.policy);
for (const { name, content } of transformersFolder(base.checkpoint, null)) writeFileSync(join(folder, name), content);
const exported = await loadModelFolder(folder, {});

/** Metrics of each step, times left out, and the digest of the adapter at the end. */
async function trained(policy: LoadedPolicy, changes: Partial<TrainerEnvironment> = {}) {
  const trainer = new LocalTrainer({ ...nodeEnvironment(policy), ...changes });
  await trainer.open(config, { backend: 'node', workers: 1 });
  const lines: Record<string, number>[] = [];
  for (let step = 0; step < STEPS; step++) {
    const entries = Object.entries(stepLine(await trainer.step()));
    lines.push(Object.fromEntries(entries.filter(([name]) => name !== 'step_time' && !name.startsWith('time/'))));
  }
  const adapter = sha256Hex(new Uint8Array((await trainer.adapter()).buffer));
  await trainer.dispose();
  return { lines, adapter };
}

const native = await trained(base);

test('bit for bit, rewards, losses and adapter alike', async () => {
  expect(native.lines.every(({ grad_norm: norm = 0 }) => norm > 0)).toBe(true);
  expect(await trained(exported)).toEqual(native);
});

test('in layers with the same rewards, and losses within single precision', async () => {
  const createLearner: TrainerEnvironment['createLearner'] = async (spec, seed) => ({
    learner: await createLayerLearner(await createNodeRuntime(), spec, seed),
  });
  const { lines } = await trained(exported, { createLearner });
  const rewards = (of: typeof lines) => of.map(({ reward }) => reward);
  expect(rewards(lines)).toEqual(rewards(native.lines));
  // Layer programs add up the loss and its gradient in another order.
  const gaps = lines.flatMap((line, step) =>
    Object.entries(native.lines[step] ?? {}).map(([name, wanted]) => [name, Math.abs((line[name] ?? NaN) - wanted)]),
  );
  expect(gaps.filter(([, gap]) => !(Number(gap) < 1e-4))).toEqual([]);
});
