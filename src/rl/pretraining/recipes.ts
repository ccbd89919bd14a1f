/** @file The one list of recipes; the command line, the page and the tests read it. */
import { defaultRecipe } from './defaultRecipe.ts';
import { echoRecipes } from './echoRecipes.ts';
import { exactSeqRecipe } from './exactSeqRecipe.ts';
import type { Recipe } from './recipe.ts';

export const recipes: readonly Recipe[] = [defaultRecipe, exactSeqRecipe, ...echoRecipes];
