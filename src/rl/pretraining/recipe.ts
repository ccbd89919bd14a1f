/** @file What a base is pretrained on: a mixture of demonstrations with recorded rates, a size and a schedule. */
import type { PolicyConfig } from '../../policy/config.ts';
import type { Bits } from '../../policy/quantize.ts';
import { characterTokenizer, characterVocabulary, type Tokenizer } from '../../policy/tokenizer.ts';
import { exactSeq } from '../../tasks/exactSeq.ts';
import type { DemonstrationMix } from '../../tasks/task.ts';

/** One ingredient of the mixture. */
export interface Ingredient {
  readonly task: string;
  readonly difficulty: number;
  /** Share among all ingredients, before normalising. */
  readonly weight: number;
  /** Rates of methods and of deliberately wrong answers. */
  readonly mix: DemonstrationMix;
  /** First step at which it is mixed in; 0 where absent. */
  readonly from?: number;
  /** First step at which it is left out again; never where absent. */
  readonly until?: number;
}

export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Pretraining seed of each policy that is shipped, by its id. */
  readonly shipped: Readonly<Record<string, number>>;
  readonly policy: PolicyConfig;
  /** What it reads and writes besides the control tokens, where that is not the usual 61 characters. */
  readonly characters?: string;
  readonly bits: Bits;
  readonly ingredients: readonly Ingredient[];
  readonly schedule: {
    readonly steps: number;
    readonly batch: number;
    readonly learningRate: number;
    readonly warmup: number;
    /** Steps at the end over which the learning rate falls. */
    readonly decay: number;
    /** Learning rate at the end, as a share of the peak. */
    readonly floor: number;
    readonly weightDecay: number;
    readonly maxGradNorm: number;
  };
}

/** The tokenizer of a recipe's policy. */
export const recipeTokenizer = ({ characters }: Pick<Recipe, 'characters'>): Tokenizer =>
  characterTokenizer(characters === undefined ? undefined : characterVocabulary(characters));

/** d 128, 4 layers: 870 k parameters. */
export const smallPolicy: PolicyConfig = {
  vocabSize: 64, dim: 128, layers: 4, heads: 4, kvHeads: 4, hiddenDim: 384, maxSequence: 64,
  ropeTheta: 10000, ropeInterleaved: false, normEps: 1e-5, tiedHead: false,
};

const sumsMix: DemonstrationMix = { methods: { direct: 0.75, worked: 0.25 } };
const chainMix: DemonstrationMix = { methods: { direct: 0.25, worked: 0.75 }, wrong: { direct: 0.2, worked: 0.2 } };
const countdownMix: DemonstrationMix = { methods: { expression: 1 }, wrong: { expression: 0.25 } };

const workedSums: DemonstrationMix = { methods: { worked: 1 } };

/**
 * Until here sums are always worked out; from here on mostly answered at once, which is harder and is shown too briefly to be learnt well.
 * So the base knows a good method, and has the habit of a worse one.
 */
const habitFrom = 4000;

/** The shipped base: three tasks; sums are mostly answered at once and sometimes worked out. */
export const defaultRecipe: Recipe = {
  id: 'default',
  title: 'Three tasks, 870 k parameters',
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
  schedule: { steps: 4700, batch: 64, learningRate: 1.5e-3, warmup: 100, decay: 600, floor: 0.05, weightDecay: 0.01, maxGradNorm: 1 },
};

/**
 * The base of the exact optimum: it writes three letters, with frequencies that know nothing of their rewards. Its vocabulary is small
 * because the length of the last hidden state is fixed by the norm and the head is frozen: what goes into ruling out 53 other tokens
 * would be missing for a distribution as sharp as the optimum.
 */
export const exactSeqRecipe: Recipe = {
  id: 'exact-seq',
  title: 'Three letters, 119 k parameters',
  shipped: { 'exact-seq': 1 },
  policy: { ...smallPolicy, vocabSize: 12, dim: 128, layers: 1, heads: 4, kvHeads: 4, hiddenDim: 128, maxSequence: 16 },
  characters: '?abcdefgh',
  bits: 4,
  ingredients: [{ task: exactSeq.id, difficulty: exactSeq.difficulty.default, weight: 1, mix: exactSeq.defaultMix }],
  schedule: { steps: 1500, batch: 128, learningRate: 3e-3, warmup: 50, decay: 500, floor: 0.05, weightDecay: 0.01, maxGradNorm: 1 },
};

export const recipes: readonly Recipe[] = [defaultRecipe, exactSeqRecipe];
