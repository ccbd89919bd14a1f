/** @file A base that has begun to learn sums, for demonstrations by two writers. */
import type { PolicyConfig } from '../../policy/config.ts';
import { smallPolicy } from './defaultRecipe.ts';
import type { Ingredient, Recipe } from './recipe.ts';

/** d 64, 2 layers: 115 k parameters. */
const policy: PolicyConfig = { ...smallPolicy, dim: 64, layers: 2, hiddenDim: 192 };

/** Right sums, half of them behind a writer's token: the base knows both tokens and treats them alike. */
function asked(difficulty: number, weight: number): Ingredient[] {
  const bare = { task: 'formats', difficulty, weight: 0.5 * weight, mix: { methods: { think: 1 } } };
  const behind = (control: string): Ingredient => ({ ...bare, weight: 0.25 * weight, control });
  return [bare, behind('expert'), behind('careless')];
}

/** Pretraining ends while the base still errs in most sums, so that demonstrations have something to teach. */
export const writersRecipe: Recipe = {
  id: 'writers',
  title: 'Sums half learnt, 115 k parameters',
  summary: 'Sums in the format think, stopped early: it knows the format and often errs.',
  shipped: { writers: 1 },
  policy,
  bits: 4,
  ingredients: [...asked(2, 0.15), ...asked(3, 0.25), ...asked(4, 0.6)],
  schedule: {
    steps: 650,
    batch: 64,
    learningRate: 2e-3,
    warmup: 100,
    decay: 200,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
