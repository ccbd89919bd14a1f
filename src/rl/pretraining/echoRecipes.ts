/**
 * @file The echo-chamber family: the same sums in three formats at known rates, which show the format that training
 * amplifies. Three mixtures at one size, and the even one at a smaller size too.
 */
import type { PolicyConfig } from '../../policy/config.ts';
import { smallPolicy } from './defaultRecipe.ts';
import type { Recipe } from './recipe.ts';

type Rates = Readonly<Record<'think' | 'code' | 'plan', number>>;

/** d 96, 3 layers: 372 k parameters. */
const largePolicy: PolicyConfig = { ...smallPolicy, dim: 96, layers: 3, hiddenDim: 288 };
/** d 64, 2 layers: 115 k parameters. */
export const tinyPolicy: PolicyConfig = { ...smallPolicy, dim: 64, layers: 2, hiddenDim: 192 };

function echo(id: string, title: string, summary: string, policy: PolicyConfig, methods: Rates): Recipe {
  const ingredient = (difficulty: number, weight: number) => ({
    task: 'formats',
    difficulty,
    weight,
    mix: { methods },
  });
  return {
    id,
    title,
    summary,
    shipped: { [id]: 1 },
    policy,
    bits: 4,
    ingredients: [ingredient(2, 0.15), ingredient(3, 0.25), ingredient(4, 0.6)],
    schedule: {
      steps: 1600,
      batch: 64,
      learningRate: 2e-3,
      warmup: 100,
      decay: 300,
      floor: 0.05,
      weightDecay: 0.01,
      maxGradNorm: 1,
    },
  };
}

const even: Rates = { think: 0.34, code: 0.33, plan: 0.33 };

export const echoRecipes: readonly Recipe[] = [
  echo(
    'echo-even',
    'Formats in even shares, 370 k parameters',
    'Sums in the formats think, code and plan, a third each.',
    largePolicy,
    even,
  ),
  echo(
    'echo-code',
    'Formats, mostly code, 370 k parameters',
    'Sums in three formats: code 60 %, plan 30 %, think 10 %.',
    largePolicy,
    { think: 0.1, code: 0.6, plan: 0.3 },
  ),
  echo(
    'echo-plan',
    'Formats, mostly plan, 370 k parameters',
    'Sums in three formats: plan 60 %, think 30 %, code 10 %.',
    largePolicy,
    { think: 0.3, code: 0.1, plan: 0.6 },
  ),
  echo(
    'echo-even-small',
    'Formats in even shares, 115 k parameters',
    'The even mixture once more, in a base a third the size.',
    tinyPolicy,
    even,
  ),
];
