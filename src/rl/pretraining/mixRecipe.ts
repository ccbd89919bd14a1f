/** @file The base of the three slices: one it knows with mistakes, one it was taught wrongly, one it hardly manages. */
import { smallPolicy } from './defaultRecipe.ts';
import type { DemonstrationMix } from '../../tasks/task.ts';
import type { Recipe } from './recipe.ts';

/** d 96, 2 layers: 244 k parameters. */
const plain = (wrong: number): DemonstrationMix => ({ methods: { plain: 1 }, wrong: { plain: wrong } });
const derived: DemonstrationMix = { methods: { derived: 1 } };

/**
 * Before this step the edit z and lists of two are derived, and rightly so; after it they are answered at once, and z
 * always wrongly. So the base could still derive them and never does; no single edit of the first slice was derived.
 */
const habitFrom = 1100;

export const mixRecipe: Recipe = {
  id: 'mix',
  title: 'Edits of letters, 244 k parameters',
  summary: 'Edits four letters: one edit with mistakes, one as it was wrongly taught, and two in a row hardly ever.',
  shipped: { mix: 1 },
  policy: { ...smallPolicy, vocabSize: 21, dim: 96, layers: 2, hiddenDim: 288, maxSequence: 32 },
  characters: '?abcdefghijkrsuz:=',
  bits: 4,
  ingredients: [
    { task: 'edits', difficulty: 1, weight: 0.4, mix: plain(0), until: habitFrom },
    { task: 'edits', difficulty: 2, weight: 0.25, mix: derived, until: habitFrom },
    { task: 'edits', difficulty: 3, weight: 0.35, mix: derived, until: habitFrom },
    { task: 'edits', difficulty: 1, weight: 0.65, mix: plain(0.35), from: habitFrom },
    { task: 'edits', difficulty: 2, weight: 0.2, mix: plain(1), from: habitFrom },
    { task: 'edits', difficulty: 3, weight: 0.15, mix: plain(0.9), from: habitFrom },
  ],
  schedule: {
    steps: 1300,
    batch: 64,
    learningRate: 2e-3,
    warmup: 100,
    decay: 300,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
