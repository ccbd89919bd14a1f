/** @file From pretrained parameters to the file of a policy: quantized, measured on held-out problems, with its manifest. */
import { type BaseWeights, decodeCheckpoint, encodeCheckpoint, type Provenance, quantizeWeights } from '../src/policy/checkpoint.ts';
import type { Tokenizer } from '../src/policy/tokenizer.ts';
import { namedWeights } from '../src/rl/pretraining/pretrainer.ts';
import type { Recipe } from '../src/rl/pretraining/recipe.ts';
import { taskById } from '../src/tasks/index.ts';
import type { LoadedPolicy } from './environment.ts';
import { measure } from './measure.ts';
import { accuracyFacts, mixtureFacts, pretrainingFacts } from './policyManifest.ts';
import type { SavedPretraining } from './pretrainState.ts';

/** Of the measurement that a manifest states. */
export interface MeasureSize {
  readonly problems: number;
  readonly samples: number;
}

const usualSize: MeasureSize = { problems: 256, samples: 8 };

/** The id that a recipe ships a seed under, or one that says the seed. */
export const policyId = (recipe: Recipe, seed: number): string => Object.entries(recipe.shipped).find(([, of]) => of === seed)?.[0] ?? `${recipe.id}-seed-${seed}`;

async function measuredAccuracies(recipe: Recipe, policy: LoadedPolicy, { problems, samples }: MeasureSize, onTask: (task: string) => void): Promise<Provenance['accuracies']> {
  const facts: Provenance['accuracies'] = {};
  for (const id of new Set(recipe.ingredients.map(({ task }) => task))) {
    // Nothing is held out of a task whose outcomes are all listed.
    if (taskById(id).outcomes) continue;
    onTask(id);
    const difficulty = taskById(id).difficulty.default;
    const measured = await measure({ policy, task: id, difficulty, split: 'heldout', problems, samples, seed: 1, backend: 'node', workers: 1 });
    Object.assign(facts, accuracyFacts(id, difficulty, measured));
  }
  return facts;
}

/** The policy as it is shipped. The accuracies are those of the quantized weights. `date` is ISO 8601. */
export async function makePolicy(recipe: Recipe, tokenizer: Tokenizer, saved: SavedPretraining, date: string, onTask: (task: string) => void = () => {}, size = usualSize): Promise<Uint8Array> {
  const dense: BaseWeights = { config: recipe.policy, weights: namedWeights(recipe.policy, saved.state.parameters) };
  const policy = { ...quantizeWeights(dense, recipe.bits), tokenizer: tokenizer.describe() };
  const provenance = { id: policyId(recipe, saved.seed), title: recipe.title, date, mixture: mixtureFacts(recipe), pretraining: pretrainingFacts(recipe, tokenizer, saved) };
  const bytes = encodeCheckpoint(policy, { ...provenance, accuracies: {} });
  const accuracies = await measuredAccuracies(recipe, { bytes, checkpoint: decodeCheckpoint(bytes) }, size, onTask);
  return encodeCheckpoint(policy, { ...provenance, accuracies });
}
