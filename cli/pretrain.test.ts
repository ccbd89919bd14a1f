/**
 * @file Pretraining resumes to the same bits, refuses files that do not fit, and ships a policy with a manifest of its
 * making.
 */
import { mkdtempSync, readdirSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import { decodeCheckpoint } from '../src/policy/checkpoint.ts';
import { characterTokenizer } from '../src/policy/tokenizer.ts';
import { recipeTokenizer } from '../src/rl/pretraining/recipe.ts';
import { recipes } from '../src/rl/pretraining/recipes.ts';
import { taskById } from '../src/tasks/index.ts';
import { loadPolicyFile, shippedPolicyPath } from './environment.ts';
import { tinyRecipe } from './fixture.ts';
import { makePolicy } from './policyFile.ts';
import { mixtureFacts, recordedLosses, recordedSeed } from './policyManifest.ts';
import { checkLosses, pretrainRun, type PretrainListener } from './pretrainRun.ts';
import { decodePretraining, encodePretraining, type SavedPretraining } from './pretrainState.ts';

const folder = mkdtempSync(join(tmpdir(), 'rollout-pretrain-'));
const tokenizer = characterTokenizer();
let runtime: Runtime;
let whole: SavedPretraining;
const run = (name: string, steps: number, resume = false, listener: PretrainListener = {}) =>
  pretrainRun(
    runtime,
    tokenizer,
    { recipe: tinyRecipe, seed: 1, steps, statePath: join(folder, name), resume },
    listener,
  );

beforeAll(async () => {
  runtime = await createNodeRuntime();
  whole = await run('whole', 6);
});
afterAll(async () => {
  await runtime.dispose();
  rmSync(folder, { recursive: true });
});

describe('a pretraining run', () => {
  test('of 3 steps, resumed for 3 more, equals 6 steps bit for bit', async () => {
    await run('parts', 3);
    const resumed: number[] = [];
    const parts = await run('parts', 6, true, { resumed: (step) => resumed.push(step) });
    expect(resumed).toEqual([3]);
    expect(parts).toEqual(whole);
    expect(whole.losses).toHaveLength(6);
    expect(new Set(whole.losses).size).toBe(6);
    expect(readFileSync(join(folder, 'parts'))).toEqual(readFileSync(join(folder, 'whole')));
  });

  test('stopped after a step keeps that step, and resumes there', async () => {
    const stopped = await run('stopped', 6, false, { stop: () => true });
    expect(stopped.state.updates).toBe(1);
    expect(await run('stopped', 6, true)).toEqual(whole);
    expect(readdirSync(folder).filter((name) => name.endsWith('.part'))).toEqual([]);
  });

  test('without resume starts anew, and differs for another seed', async () => {
    expect(await run('stopped', 6)).toEqual(whole);
    const other = await pretrainRun(runtime, tokenizer, {
      recipe: tinyRecipe,
      seed: 2,
      steps: 2,
      statePath: join(folder, 'other'),
      resume: false,
    });
    expect(other.losses[0]).not.toBe(whole.losses[0]);
  });
});

describe('a state that does not fit is refused:', () => {
  const bytes = () => encodePretraining(tinyRecipe, whole);
  test('of another recipe, of another seed, or cut', () => {
    const changed = { ...tinyRecipe, schedule: { ...tinyRecipe.schedule, learningRate: 1 } };
    expect(() => decodePretraining(changed, 1, bytes())).toThrow(/recipe "tiny" has changed since it was written/);
    expect(() => decodePretraining(tinyRecipe, 2, bytes())).toThrow(/it is of seed 1, not 2/);
    expect(() => decodePretraining(tinyRecipe, 1, bytes().subarray(0, -4))).toThrow(/truncated/);
    const infinite = {
      ...whole,
      state: {
        ...whole.state,
        optimizer: {
          ...whole.state.optimizer,
          firstMoment: whole.state.parameters.map((value, i) => (i === 4 ? Infinity : value)),
        },
      },
    };
    expect(() => decodePretraining(tinyRecipe, 1, encodePretraining(tinyRecipe, infinite))).toThrow(
      'pretraining state: tensor "firstMoment": value 4 is Infinity',
    );
    expect(decodePretraining({ ...tinyRecipe, title: 'Renamed' }, 1, bytes())).toEqual(whole);
  });

  test('resuming from a damaged file fails and leaves the file as it is', async () => {
    const damaged = join(folder, 'damaged');
    writeFileSync(damaged, 'short');
    await expect(run('damaged', 6, true)).rejects.toThrow(/truncated/);
    expect(readFileSync(damaged, 'utf8')).toBe('short');
  });
});

describe('the policy of a run', () => {
  test('is quantized, measured, and states mixture, seeds and first losses', async () => {
    const measured: string[] = [];
    const file = await makePolicy(tinyRecipe, tokenizer, whole, '2026-01-02', (task) => measured.push(task), {
      problems: 8,
      samples: 8,
      passProblems: 4,
      passSamples: 16,
    });
    const { manifest, weights } = decodeCheckpoint(file);
    expect(measured).toEqual(['sums', 'countdown']);
    const passes = Object.keys(manifest.accuracies).filter((name) => name.includes('on 4 problems'));
    expect(passes).toEqual(
      expect.arrayContaining([
        'sums 4 on 4 problems: pass@16',
        'sums 6 on 4 problems: pass@8',
        'countdown-distance 3 on 4 problems: pass@16',
      ]),
    );
    expect(manifest).toMatchObject({ id: 'tiny', date: '2026-01-02', bits: 8 });
    expect(weights.get('layers.0.q')?.kind).toBe('quantized');
    expect(manifest.mixture).toEqual({
      'sums 2 before step 2: weight': 0.5,
      'sums 2 before step 2: direct': 0.75,
      'sums 2 before step 2: worked': 0.25,
      'sums 2 before step 2: direct with a wrong answer': 0.5,
      'sums 2 from step 2: weight': 0.7,
      'sums 2 from step 2: worked': 1,
      'countdown 3: weight': 1,
      'countdown 3: expression': 1,
    });
    expect(manifest.pretraining).toMatchObject({ seed: 1, steps: 6, batch: 4, 'shipped seeds': 'tiny 1, tiny-b 2' });
    // 24 rows of at least "10+1+1=12" and an end token, and at most the longest possible row.
    expect(manifest.pretraining['tokens seen']).toBeGreaterThan(24 * 10);
    expect(manifest.pretraining['tokens seen']).toBeLessThan(24 * 64);
    expect(Object.keys(manifest.accuracies)).toEqual(
      expect.arrayContaining([
        'sums 4: sampled',
        'sums 4: pass@8',
        'sums 4: greedy',
        'sums 4: share worked',
        'countdown 3: pass@8',
      ]),
    );
    expect(recordedSeed(manifest)).toBe(1);
    // Written with enough digits to be read back as the same float32 numbers.
    expect(Float32Array.from(recordedLosses(manifest))).toEqual(whole.losses);
  });

  test('checkLosses finds nothing if nothing changed, and names a step that differs', async () => {
    const recorded = Array.from(whole.losses);
    expect(await checkLosses(runtime, tokenizer, tinyRecipe, 1, recorded)).toEqual([]);
    const altered = recorded.with(2, (recorded[2] as number) * 1.002);
    expect(await checkLosses(runtime, tokenizer, tinyRecipe, 1, altered)).toEqual([
      // Losses are stored as float32.
      { step: 2, recorded: altered[2], found: expect.closeTo(recorded[2] as number, 5) },
    ]);
  });

  test('mixtureFacts refuses two ingredients with the same name, and the shipped recipes have none', () => {
    const [first] = tinyRecipe.ingredients;
    if (!first) throw new Error('the recipe is empty');
    expect(() => mixtureFacts({ ingredients: [first, { ...first, weight: 2 }] })).toThrow(
      'two ingredients are "sums 2 before step 2"',
    );
    for (const recipe of recipes)
      expect(Object.keys(mixtureFacts(recipe)).filter((name) => name.endsWith(': weight'))).toHaveLength(
        recipe.ingredients.length,
      );
  });

  test('a manifest without losses or seed is refused', () => {
    expect(() => recordedLosses({ id: 'x', pretraining: {} })).toThrow(
      'policy x: its manifest records no losses of the first steps',
    );
    expect(() => recordedSeed({ id: 'x', pretraining: { seed: '1' } })).toThrow(
      'policy x: its manifest records no seed',
    );
  });
});

const shipped = recipes.flatMap((recipe) => Object.entries(recipe.shipped).map(([id, seed]) => ({ id, seed, recipe })));
test.each(shipped)(
  'the shipped policy $id is remade from its recipe and seed $seed: the first 20 losses agree',
  { timeout: 180_000 },
  async ({ id, seed, recipe }) => {
    const { manifest, weights } = loadPolicyFile(shippedPolicyPath(id)).checkpoint;
    expect([manifest.id, recordedSeed(manifest)]).toEqual([id, seed]);
    expect(manifest.mixture).toEqual(mixtureFacts(recipe));
    if (recipe.schedule.steps === 0) {
      const again = await makePolicy(
        recipe,
        tokenizer,
        await pretrainRun(runtime, tokenizer, { recipe, seed, steps: 0, statePath: '', resume: false }),
        '2026-01-02',
      );
      expect(decodeCheckpoint(again).weights).toEqual(weights);
      return;
    }
    const recorded = recordedLosses(manifest);
    expect(recorded).toHaveLength(20);
    expect(await checkLosses(runtime, recipeTokenizer(recipe), recipe, seed, recorded)).toEqual([]);
  },
);

test('all shipped policies together stay below 12 MB', () => {
  expect(shipped.reduce((sum, { id }) => sum + statSync(shippedPolicyPath(id)).size, 0)).toBeLessThan(12 * 1024 ** 2);
});

test('no recipe shows a task at its unseen difficulty', () => {
  const shown = recipes.flatMap(({ ingredients }) => ingredients);
  expect(shown.filter(({ task, difficulty }) => taskById(task).difficulty.unseen === difficulty)).toEqual([]);
});

test.each(
  shipped.filter(({ recipe }) => recipe.ingredients.some(({ task }) => taskById(task).difficulty.unseen !== undefined)),
)('$id never solves what stays unseen: pass@64 is 0 for each of its tasks', ({ id, recipe }) => {
  const { accuracies } = loadPolicyFile(shippedPolicyPath(id)).checkpoint.manifest;
  for (const task of new Set(recipe.ingredients.map((ingredient) => ingredient.task))) {
    const { unseen } = taskById(task).difficulty;
    expect([task, unseen, accuracies[`${task} ${unseen} on 64 problems: pass@64`]]).toEqual([task, unseen, 0]);
  }
});
