/**
 * @file `npm run pretrain`: makes a base policy from demonstrations and a seed, or checks that a shipped one can be
 * remade.
 */
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import { assert } from '../src/lib/assert.ts';
import { mean } from '../src/lib/statistics.ts';
import { type Recipe, recipeTokenizer } from '../src/rl/pretraining/recipe.ts';
import { recipes } from '../src/rl/pretraining/recipes.ts';
import { Interrupted, Refuted, runCommand, watchInterrupt } from './command.ts';
import { loadPolicyFile, shippedPolicyPath } from './environment.ts';
import { choice, type FlagValues, numeric, optionalNumber, optionalText, toggle } from './flags.ts';
import { writeWhole } from './output.ts';
import { makePolicy, measuredPolicy, policyId } from './policyFile.ts';
import { recordedLosses, recordedSeed } from './policyManifest.ts';
import { checkLosses, pretrainRun } from './pretrainRun.ts';
import type { SavedPretraining } from './pretrainState.ts';
import { createProgress } from './progress.ts';

const flags = {
  base: choice(
    'Recipe.',
    recipes.map(({ id }) => id),
    'default',
  ),
  seed: numeric('Of the initial weights and of the demonstrations.', 1, { min: 0, max: 2 ** 31 - 1, integer: true }),
  out: optionalText('Where the policy goes.', 'PATH', 'public/policies/<id>.safetensors'),
  steps: optionalNumber('Stops after so many steps in all; --resume goes on from there.', 'the recipe’s', {
    min: 1,
    integer: true,
  }),
  resume: toggle('Goes on exactly from the saved state, where there is one.'),
  measure: toggle('Measures the shipped policy again and writes its accuracies into its manifest; the weights stay.'),
  check: toggle('Reruns the first steps of the shipped policy and compares the losses with those in its manifest.'),
};

type Values = FlagValues<typeof flags>;

const statePath = (recipe: Recipe, seed: number): string =>
  fileURLToPath(new URL(`../.cache/pretrain/${recipe.id}-${seed}/state.safetensors`, import.meta.url));
const say = (text: string): void => void process.stderr.write(`${text}\n`);

function write(path: string, bytes: Uint8Array): void {
  writeWhole('--out', path, bytes);
  process.stdout.write(`${path}: ${bytes.length} bytes\n`);
}

async function check(runtime: Runtime, recipe: Recipe, values: Values): Promise<void> {
  const { manifest } = loadPolicyFile(values.out ?? shippedPolicyPath(policyId(recipe, values.seed))).checkpoint;
  const seed = recordedSeed(manifest);
  assert(seed === values.seed, `--seed: the policy ${manifest.id} was made from seed ${seed}, not ${values.seed}`);
  const recorded = recordedLosses(manifest);
  const progress = createProgress('checking', recorded.length);
  const differences = await checkLosses(runtime, recipeTokenizer(recipe), recipe, seed, recorded, (step) =>
    progress.update(step + 1),
  );
  progress.finish();
  for (const { step, recorded: expected, found } of differences)
    say(`step ${step}: the loss is ${found}, its manifest records ${expected}`);
  if (differences.length > 0)
    throw new Refuted(
      `${differences.length} of ${recorded.length} steps differ: the recipe or the engine has changed since the policy ${manifest.id} was made`,
    );
  process.stdout.write(
    `policy ${manifest.id}, seed ${seed}: the losses of the first ${recorded.length} steps are those of its manifest\n`,
  );
}

async function train(runtime: Runtime, recipe: Recipe, values: Values, steps: number): Promise<SavedPretraining> {
  const path = statePath(recipe, values.seed);
  if (!values.resume && existsSync(path))
    say('Starting anew; the state of an earlier run will be replaced (--resume would go on from it).');
  const interrupt = watchInterrupt();
  const progress = createProgress('pretraining', steps);
  /** Losses of the last steps, for a smooth mean. */
  const recent: number[] = [];
  try {
    return await pretrainRun(
      runtime,
      recipeTokenizer(recipe),
      { recipe, seed: values.seed, steps, statePath: path, resume: values.resume },
      {
        resumed: (step) => say(`going on from step ${step}`),
        step: (step, loss) => {
          recent.push(loss);
          if (recent.length > 50) recent.shift();
          progress.update(step + 1, `loss ${mean(recent).toFixed(4)}`);
        },
        stop: () => interrupt.asked,
      },
    );
  } finally {
    progress.finish();
    interrupt.release();
  }
}

async function pretrain(values: Values): Promise<void> {
  const recipe = recipes.find(({ id }) => id === values.base) as Recipe;
  const id = policyId(recipe, values.seed);
  const planned = recipe.schedule.steps;
  const steps = values.steps ?? planned;
  assert(steps <= planned, `--steps: the recipe has ${planned}, and its schedule ends there`);
  assert(
    id in recipe.shipped || values.out !== undefined || values.check || values.measure || steps < planned,
    `--out: seed ${values.seed} is not one that is shipped (${Object.values(recipe.shipped).join(', ')}), so say where the policy goes`,
  );
  const tell = (task: string) => say(`measuring ${task} ...`);
  if (values.measure)
    return write(
      values.out ?? shippedPolicyPath(id),
      await measuredPolicy(recipe, loadPolicyFile(values.out ?? shippedPolicyPath(id)).bytes, tell),
    );
  const runtime = await createNodeRuntime();
  try {
    if (values.check) return await check(runtime, recipe, values);
    const saved = await train(runtime, recipe, values, steps);
    const done = saved.state.updates;
    if (done < steps) throw new Interrupted(`stopped after step ${done}; --resume goes on from there`);
    if (done < planned && values.out === undefined)
      return say(`${done} of ${planned} steps done; --resume goes on from there`);
    const bytes = await makePolicy(recipe, recipeTokenizer(recipe), saved, new Date().toISOString().slice(0, 10), tell);
    write(values.out ?? shippedPolicyPath(id), bytes);
  } finally {
    await runtime.dispose();
  }
}

await runCommand(
  {
    name: 'pretrain',
    summary: 'Makes a base policy from demonstrations and a seed; Ctrl-C keeps what was done.',
    flags,
  },
  pretrain,
);
