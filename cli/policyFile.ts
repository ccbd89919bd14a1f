/**
 * @file From pretrained parameters to the file of a policy: quantized, measured on held-out problems, with its
 * manifest.
 */
import {
  type BaseWeights,
  decodeCheckpoint,
  encodeCheckpoint,
  type Provenance,
  quantizeWeights,
} from '../src/policy/checkpoint.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { isShown } from '../src/rl/pretraining/policies.ts';
import { namedWeights } from '../src/rl/pretraining/pretrainer.ts';
import type { Recipe } from '../src/rl/pretraining/recipe.ts';
import { taskById, tasks } from '../src/tasks/index.ts';
import type { LoadedPolicy } from './environment.ts';
import { measure } from './measure.ts';
import { accuracyFacts, exactFacts, mixtureFacts, passFacts, pretrainingFacts } from './policyManifest.ts';
import type { SavedPretraining } from './pretrainState.ts';

/** Sizes of the measurements in a manifest. */
export interface MeasureSize {
  /** Problems for accuracy, sampled and greedy. */
  readonly problems: number;
  readonly samples: number;
  /** Problems for pass@k, with as many samples as k; fewer suffice. */
  readonly passProblems: number;
  readonly passSamples: number;
}

const usualSize: MeasureSize = { problems: 256, samples: 8, passProblems: 64, passSamples: 64 };

/** The id under which a recipe ships a seed; for another seed an id that includes it. */
export const policyId = (recipe: Recipe, seed: number): string =>
  Object.entries(recipe.shipped).find(([, of]) => of === seed)?.[0] ?? `${recipe.id}-seed-${seed}`;

/**
 * Accuracy and pass@k on every task of the recipe at its default difficulty; pass@k also on problems that no base was
 * shown: at each task's unseen difficulty, and on tasks outside all recipes.
 */
async function measuredAccuracies(
  recipe: Recipe,
  policy: LoadedPolicy,
  size: MeasureSize,
  onTask: (task: string) => void,
): Promise<Provenance['accuracies']> {
  const facts: Provenance['accuracies'] = {};
  const measured = (task: string, difficulty: number, problems: number, samples: number) =>
    measure({ policy, task, difficulty, split: 'heldout', problems, samples, seed: 1, backend: 'node', workers: 1 });
  const addPass = async (task: string, difficulty: number) =>
    Object.assign(
      facts,
      passFacts(task, difficulty, await measured(task, difficulty, size.passProblems, size.passSamples)),
    );
  for (const id of new Set(recipe.ingredients.map(({ task }) => task))) {
    onTask(id);
    const { default: usual, unseen } = taskById(id).difficulty;
    const whole = await measured(id, usual, size.problems, size.samples);
    if (whole.exact) {
      Object.assign(facts, exactFacts(id, usual, whole.exact));
      continue;
    }
    Object.assign(facts, accuracyFacts(id, usual, whole));
    await addPass(id, usual);
    if (unseen !== undefined) await addPass(id, unseen);
    const shown = recipe.ingredients.filter(({ task }) => task === id).map(({ difficulty }) => difficulty);
    for (const difficulty of recipe.measuresAll ? new Set(shown) : [])
      if (difficulty !== usual) await addPass(id, difficulty);
  }
  const isReadable = recipe.ingredients.length > 0 && recipe.characters === undefined;
  if (!isReadable) return facts;
  for (const { id, difficulty, isInstruction } of tasks)
    if (!isInstruction && !isShown(id)) await addPass(id, difficulty.default);
  return facts;
}

/** The policy as shipped. Accuracies are those of the quantized weights. `date` is ISO 8601. */
export async function makePolicy(
  recipe: Recipe,
  tokenizer: Tokenizer,
  saved: SavedPretraining,
  date: string,
  onTask: (task: string) => void = () => {},
  size = usualSize,
): Promise<Uint8Array> {
  const dense: BaseWeights = { config: recipe.policy, weights: namedWeights(recipe.policy, saved.state.parameters) };
  const policy = { ...quantizeWeights(dense, recipe.bits), tokenizer: tokenizer.describe() };
  const provenance = {
    id: policyId(recipe, saved.seed),
    title: recipe.title,
    date,
    mixture: mixtureFacts(recipe),
    pretraining: pretrainingFacts(recipe, tokenizer, saved),
  };
  return measuredPolicy(recipe, encodeCheckpoint(policy, { ...provenance, accuracies: {} }), onTask, size);
}

/** The same policy with new measurements of its accuracies. */
export async function measuredPolicy(
  recipe: Recipe,
  bytes: Uint8Array,
  onTask: (task: string) => void = () => {},
  size = usualSize,
): Promise<Uint8Array> {
  const checkpoint = decodeCheckpoint(bytes);
  const { id, date, mixture, pretraining } = checkpoint.manifest;
  const accuracies = await measuredAccuracies(recipe, { bytes, checkpoint }, size, onTask);
  return encodeCheckpoint(checkpoint, { id, title: recipe.title, date, mixture, pretraining, accuracies });
}
