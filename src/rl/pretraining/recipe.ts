/** @file The ingredients of a base: a mixture of demonstrations with recorded rates, a size and a schedule. */
import type { PolicyConfig } from '../../policy/config.ts';
import type { Bits } from '../../policy/quantize.ts';
import { characterTokenizer, characterVocabulary, type Tokenizer } from '../../policy/tokenizer.ts';
import type { DemonstrationMix } from '../../tasks/task.ts';

/** One ingredient of the mixture. */
export interface Ingredient {
  readonly task: string;
  readonly difficulty: number;
  /** Share among all ingredients, before normalising. */
  readonly weight: number;
  /** Control token before the prompts, by its id; none where absent. */
  readonly control?: string;
  /** Rates of methods and of deliberately wrong answers. */
  readonly mix: DemonstrationMix;
  /** First step of the ingredient; 0 if absent. */
  readonly from?: number;
  /** First step without it again; never if absent. */
  readonly until?: number;
}

export interface Recipe {
  readonly id: string;
  readonly title: string;
  /** Its purpose, in one sentence for the list of bases. */
  readonly summary: string;
  /** Pretraining seed of each policy that is shipped, by its id. */
  readonly shipped: Readonly<Record<string, number>>;
  readonly policy: PolicyConfig;
  /** Its characters besides the control tokens; the usual 61 where absent. */
  readonly characters?: string;
  readonly bits: Bits;
  /** The manifest states pass@k at every difficulty of the mixture, not at the usual one alone. */
  readonly measuresAll?: true;
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
