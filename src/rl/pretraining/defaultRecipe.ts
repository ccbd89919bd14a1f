/** @file The default base: three number tasks, sums mostly answered at once and sometimes worked out. */
import type { PolicyConfig } from '../../policy/config.ts';
import type { DemonstrationMix } from '../../tasks/task.ts';
import type { Recipe } from './recipe.ts';

/** d 128, 4 layers: 870 k parameters. */
export const smallPolicy: PolicyConfig = {
  vocabSize: 64,
  dim: 128,
  layers: 4,
  heads: 4,
  kvHeads: 4,
  hiddenDim: 384,
  maxSequence: 64,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};

const sumsMix: DemonstrationMix = { methods: { direct: 0.75, worked: 0.25 } };
const chainMix: DemonstrationMix = { methods: { direct: 0.25, worked: 0.75 }, wrong: { direct: 0.2, worked: 0.2 } };
const countdownMix: DemonstrationMix = { methods: { expression: 1 }, wrong: { expression: 0.25 } };

const workedSums: DemonstrationMix = { methods: { worked: 1 } };

/**
 * Sums are always worked out before this step; after it they are mostly answered at once, which is harder and too brief
 * to be learnt well. So the base prefers a worse method than one that it knows.
 */
const habitFrom = 4000;

/** The shipped base: three tasks; sums are mostly answered at once and sometimes worked out. */
export const defaultRecipe: Recipe = {
  id: 'default',
  title: 'Three tasks, 870 k parameters',
  summary: 'Sums, chains and countdown; it mostly answers sums at once, and knows how to work them out.',
  shipped: { default: 1, 'default-b': 2 },
  policy: smallPolicy,
  bits: 4,
  ingredients: [
    { task: 'countdown', difficulty: 3, weight: 0.55, mix: countdownMix },
    { task: 'chain', difficulty: 2, weight: 0.06, mix: chainMix },
    { task: 'chain', difficulty: 3, weight: 0.14, mix: chainMix },
    { task: 'sums', difficulty: 2, weight: 0.05, mix: workedSums, until: habitFrom },
    { task: 'sums', difficulty: 3, weight: 0.08, mix: workedSums, until: habitFrom },
    { task: 'sums', difficulty: 4, weight: 0.12, mix: workedSums, until: habitFrom },
    { task: 'sums', difficulty: 2, weight: 0.1, mix: sumsMix, from: habitFrom },
    { task: 'sums', difficulty: 3, weight: 0.2, mix: sumsMix, from: habitFrom },
    { task: 'sums', difficulty: 4, weight: 0.35, mix: sumsMix, from: habitFrom },
  ],
  schedule: {
    steps: 4700,
    batch: 64,
    learningRate: 1.5e-3,
    warmup: 100,
    decay: 600,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
