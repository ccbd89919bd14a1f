/** @file The base of the task whose optimum is known. */
import { exactSeq } from '../../tasks/exactSeq.ts';
import { smallPolicy } from './defaultRecipe.ts';
import type { Recipe } from './recipe.ts';

/**
 * The base of the exact optimum: it writes three letters, at frequencies independent of their rewards. Its vocabulary
 * is small because the norm fixes the length of the last hidden state and the head is frozen: ruling out 53 more tokens
 * would leave too little of that length for a distribution as sharp as the optimum.
 */
export const exactSeqRecipe: Recipe = {
  id: 'exact-seq',
  title: 'Three letters, 119 k parameters',
  summary: 'Writes three letters whose rewards are known exactly, so that the optimum is too.',
  shipped: { 'exact-seq': 1 },
  policy: { ...smallPolicy, vocabSize: 12, dim: 128, layers: 1, heads: 4, kvHeads: 4, hiddenDim: 128, maxSequence: 16 },
  characters: '?abcdefgh',
  bits: 4,
  // A getter, so that a page which only lists the recipes does not build the mixture's tables.
  ingredients: [
    {
      task: exactSeq.id,
      difficulty: exactSeq.difficulty.default,
      weight: 1,
      get mix() {
        return exactSeq.defaultMix;
      },
    },
  ],
  schedule: {
    steps: 1500,
    batch: 128,
    learningRate: 3e-3,
    warmup: 50,
    decay: 500,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
