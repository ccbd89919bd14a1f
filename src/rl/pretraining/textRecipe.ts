/** @file The base for all text tasks: most of them half learnt, which leaves room for reinforcement learning. */
import type { DemonstrationMix } from '../../tasks/task.ts';
import { smallPolicy } from './defaultRecipe.ts';
import type { Ingredient, Recipe } from './recipe.ts';

const letters: DemonstrationMix = { methods: { letters: 1 } };
/** Easy tasks are shown with mistakes, so that accuracy has room to rise. */
const lettersWithMistakes: DemonstrationMix = { methods: { letters: 1 }, wrong: { letters: 0.35 } };

/** Short strings a third of the time, the usual length else. */
const ofStrings = (task: string, weight: number, mix = letters): Ingredient[] => [
  { task, difficulty: 4, weight: weight / 3, mix },
  { task, difficulty: 6, weight: (2 * weight) / 3, mix },
];

const formats = ['think', 'plan', 'code', 'recall', 'null'] as const;

/** Every control token with its own format only; without one all formats in equal shares. */
const ofFormats: Ingredient[] = [
  { task: 'formats', difficulty: 4, weight: 0.1, mix: { methods: Object.fromEntries(formats.map((id) => [id, 0.2])) } },
  ...formats.map((id): Ingredient => ({
    task: 'formats',
    difficulty: 4,
    control: id,
    weight: 0.02,
    mix: { methods: { [id]: 1 } },
  })),
];

const arithmetic: DemonstrationMix = { methods: { direct: 0.5, worked: 0.5 } };

/** d 128, 5 layers: 1.1 M parameters. */
export const textRecipe: Recipe = {
  id: 'text',
  title: 'All text tasks, 1.1 M parameters',
  summary: 'Twelve tasks on numbers, strings and a frozen lake, most of them learnt halfway.',
  shipped: { text: 1 },
  policy: { ...smallPolicy, layers: 5 },
  bits: 4,
  ingredients: [
    { task: 'sums', difficulty: 3, weight: 0.03, mix: arithmetic },
    { task: 'sums', difficulty: 4, weight: 0.06, mix: arithmetic },
    { task: 'chain', difficulty: 2, weight: 0.03, mix: arithmetic },
    { task: 'chain', difficulty: 3, weight: 0.07, mix: arithmetic },
    { task: 'countdown', difficulty: 3, weight: 0.14, mix: { methods: { expression: 1 } } },
    ...ofFormats,
    ...ofStrings('copy', 0.04, lettersWithMistakes),
    ...ofStrings('reverse', 0.06, lettersWithMistakes),
    ...ofStrings('sort', 0.07),
    ...ofStrings('caesar', 0.06, lettersWithMistakes),
    ...ofStrings('dedupe', 0.05, lettersWithMistakes),
    ...ofStrings('count', 0.06),
    { task: 'induction', difficulty: 3, weight: 0.04, mix: letters },
    { task: 'induction', difficulty: 4, weight: 0.08, mix: letters },
    { task: 'gridlake', difficulty: 4, weight: 0.12, mix: { methods: { shortest: 0.7, other: 0.3 } } },
  ],
  schedule: {
    steps: 6000,
    batch: 32,
    learningRate: 1.5e-3,
    warmup: 150,
    decay: 1000,
    floor: 0.05,
    weightDecay: 0.01,
    maxGradNorm: 1,
  },
};
