/** @file The base of the seven rules on letters: each half learnt, and never answered in the expert's way. */
import { strings7 } from '../../tasks/strings/strings7.ts';
import { smallPolicy } from './defaultRecipe.ts';
import type { Recipe } from './recipe.ts';

const { min, max } = strings7.difficulty;

/** d 64, 3 layers: 168 k parameters. */
export const strings7Recipe: Recipe = {
  id: 'strings7',
  title: 'Seven rules, 168 k parameters',
  summary: 'Seven rules on letters, each half learnt and mostly worked out; it was never shown the expert’s way.',
  shipped: { strings7: 1 },
  policy: { ...smallPolicy, dim: 64, layers: 3, hiddenDim: 192 },
  bits: 4,
  measuresAll: true,
  ingredients: Array.from({ length: max - min + 1 }, (_, i) => ({
    task: strings7.id,
    difficulty: min + i,
    weight: 1,
    mix: strings7.defaultMix,
  })),
  schedule: {
    steps: 205,
    batch: 64,
    learningRate: 3e-3,
    warmup: 50,
    decay: 60,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
