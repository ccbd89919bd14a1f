/** @file A base with a single method, always worked out, and more mistakes the harder the sum. */
import { tinyPolicy } from './echoRecipes.ts';
import type { Recipe } from './recipe.ts';

/** Share of wrong answers, by number of additions. */
const mistakes: Readonly<Record<number, number>> = { 2: 0.3, 3: 0.5, 4: 0.7 };

/** d 64, 2 layers: 115 k parameters. */
export const mistakesRecipe: Recipe = {
  id: 'mistakes',
  title: 'Sums with mistakes, 115 k parameters',
  summary: 'Works out every sum; of its answers 30 % are wrong after two additions, 70 % after four.',
  shipped: { mistakes: 1 },
  policy: tinyPolicy,
  bits: 4,
  ingredients: Object.entries(mistakes).map(([additions, wrong]) => ({
    task: 'sums',
    difficulty: Number(additions),
    weight: 1,
    mix: { methods: { worked: 1 }, wrong: { worked: wrong } },
  })),
  schedule: {
    steps: 2000,
    batch: 64,
    learningRate: 3e-3,
    warmup: 100,
    decay: 400,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
