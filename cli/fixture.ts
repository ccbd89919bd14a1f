/** @file A tiny base and a tiny recipe for the tests of the commands. */
import { createNodeRuntime } from '../src/engine/runtime/node.ts';
import { decodeCheckpoint, encodeCheckpoint, quantizeWeights } from '../src/policy/checkpoint.ts';
import { characterTokenizer } from '../src/policy/tokenizer.ts';
import { namedWeights, Pretrainer } from '../src/rl/pretraining/pretrainer.ts';
import { defaultRecipe } from '../src/rl/pretraining/defaultRecipe.ts';
import type { Recipe } from '../src/rl/pretraining/recipe.ts';
import type { LoadedPolicy } from './environment.ts';

/** Sums in one format before step 2 and in another from there on, and countdown throughout. */
export const tinyRecipe: Recipe = {
  id: 'tiny',
  title: 'Tiny',
  summary: 'For tests.',
  shipped: { tiny: 1, 'tiny-b': 2 },
  policy: { ...defaultRecipe.policy, dim: 32, layers: 1, heads: 2, kvHeads: 2, hiddenDim: 32 },
  bits: 8,
  ingredients: [
    {
      task: 'sums',
      difficulty: 2,
      weight: 0.5,
      mix: { methods: { direct: 0.75, worked: 0.25 }, wrong: { direct: 0.5 } },
      until: 2,
    },
    { task: 'sums', difficulty: 2, weight: 0.7, mix: { methods: { worked: 1 } }, from: 2 },
    { task: 'countdown', difficulty: 3, weight: 1, mix: { methods: { expression: 1 } } },
  ],
  schedule: { ...defaultRecipe.schedule, steps: 6, batch: 4, warmup: 2, decay: 2 },
};

/** A policy of 80 steps on sums: it answers with two digits, sometimes rightly. */
export async function tinyPolicy(): Promise<LoadedPolicy> {
  const recipe: Recipe = {
    ...tinyRecipe,
    ingredients: [{ task: 'sums', difficulty: 2, weight: 1, mix: { methods: { direct: 1 } } }],
    schedule: { ...tinyRecipe.schedule, steps: 80, batch: 16, learningRate: 0.01 },
  };
  const tokenizer = characterTokenizer();
  const runtime = await createNodeRuntime();
  try {
    const pretrainer = await Pretrainer.create(runtime, recipe, tokenizer, 1);
    for (let step = 0; step < recipe.schedule.steps; step++) await pretrainer.update();
    const { parameters } = await pretrainer.state();
    const bytes = encodeCheckpoint(
      {
        ...quantizeWeights({ config: recipe.policy, weights: namedWeights(recipe.policy, parameters) }, recipe.bits),
        tokenizer: tokenizer.describe(),
      },
      { id: 'tiny', title: 'Tiny', date: '2026-01-01', mixture: {}, pretraining: {}, accuracies: {} },
    );
    return { bytes, checkpoint: decodeCheckpoint(bytes) };
  } finally {
    await runtime.dispose();
  }
}
