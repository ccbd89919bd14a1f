/** @file The list of recipes; command line, page and tests read it. */
import { defaultRecipe, smallPolicy } from './defaultRecipe.ts';
import { echoRecipes } from './echoRecipes.ts';
import { exactSeqRecipe } from './exactSeqRecipe.ts';
import { mistakesRecipe } from './mistakesRecipe.ts';
import { mixRecipe } from './mixRecipe.ts';
import type { Recipe } from './recipe.ts';
import { strings7Recipe } from './strings7Recipe.ts';
import { textRecipe } from './textRecipe.ts';
import { writersRecipe } from './writersRecipe.ts';

/** Initial weights without pretraining, to show reinforcement learning from scratch. */
const untrainedRecipe: Recipe = {
  id: 'untrained',
  title: 'Untrained, 870 k parameters',
  summary: 'Random weights that were shown nothing; its answers earn nothing to learn from.',
  shipped: { untrained: 1 },
  policy: smallPolicy,
  bits: 4,
  ingredients: [],
  schedule: { ...defaultRecipe.schedule, steps: 0 },
};

export const recipes: readonly Recipe[] = [
  defaultRecipe,
  exactSeqRecipe,
  ...echoRecipes,
  writersRecipe,
  mixRecipe,
  strings7Recipe,
  textRecipe,
  untrainedRecipe,
  mistakesRecipe,
];
