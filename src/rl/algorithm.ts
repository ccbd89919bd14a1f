/**
 * @file What a paper fills in. A step has five parts, and a paper writes only those that it changes:
 * sampling (which completions) -> advantage (how good each was) -> objective (what each token adds to the loss, and its
 * weight)
 * -> regulariser (the leash to the base) -> inner loop (the updates on one batch).
 */
import type { Value } from '../engine/graph/index.ts';
import type { Estimator } from './advantages/estimator.ts';
import type { KlEstimatorId } from './objectives/kl.ts';
import type { Terms } from './objectives/terms.ts';
import type { TokenSelection } from './objectives/selection.ts';
import type { InnerLoop } from './innerLoop.ts';
import type { Sampling } from './sampling/sampling.ts';

/** Which part of a batch each completion is. */
export interface CompletionShape {
  /** Tokens up to and including the end token; 0 for a row that takes no part in the loss. */
  readonly length: number;
  readonly terminated: boolean;
  /** Written by an expert instead of sampled. */
  readonly expert?: boolean;
  /** Its tokens are masked, yet it counts as a completion in a mean over completions. */
  readonly counted?: boolean;
}

/** A number that an algorithm reads. */
export interface Setting {
  /** TRL's name where it has one. */
  readonly id: string;
  readonly default: number;
  /** Id of the setting whose value it takes where none is given for it. */
  readonly sameAs?: string;
  readonly min: number;
  readonly max: number;
  /** What it does, in one sentence. */
  readonly summary: string;
  /** Belongs to the loop of steps: one batch alone has no use for it. */
  readonly loop?: true;
}

/** Values of settings by id. */
export type Settings = Readonly<Record<string, number>>;

/**
 * The leash to the base: which divergence, and whether it is part of the loss or is taken off the reward. Its
 * coefficient is `beta`.
 */
export interface Regulariser {
  readonly kl: KlEstimatorId;
  readonly placement: 'loss' | 'reward';
  /** In the loss: each token's divergence is multiplied by its ratio, so that it is unbiased off-policy too. */
  readonly biasCorrection?: boolean;
}

export interface Algorithm {
  /** Its published name, as file, URL and command line use it. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly formula: string;
  /** arXiv id. */
  readonly citation: string;
  /** Numbers that the loss reads; those named like a knob of the configuration take its value. */
  readonly settings: readonly Setting[];
  /** Numbers that the parts outside of the loss read. */
  readonly stepSettings?: readonly Setting[];
  /** Whose ratio is kept within 1 - epsilon .. 1 + epsilon_high, for objectives with such settings. */
  readonly clips?: 'tokens' | 'completions' | 'otherwise';
  /** Rows come in pairs of one prompt, the preferred completion first. */
  readonly pairs?: true;

  /** 1. Which completions a step is made of. */
  readonly sampling: Sampling;
  /** Why it cannot learn from rollouts of other policies, where it cannot: what follows its name in a sentence. */
  readonly freshOnly?: string;
  /** 2. How rewards become advantages; plain numbers. */
  readonly advantage: Estimator;
  /** 3. The objective: the loss of each token before aggregation, [B, T], to be minimised; without the regulariser. */
  tokenLoss(terms: Terms): Value;
  /**
   * The weight of each token of a completion, such that the batch's loss is the weighted sum over all tokens.
   * `maxCompletionLength` is the longest that a completion can be, in tokens.
   */
  tokenWeights(completions: readonly CompletionShape[], maxCompletionLength: number): Float32Array;
  /**
   * Why a run cannot choose another aggregation, where it cannot: the words that follow the algorithm's name in a
   * sentence.
   */
  readonly fixedWeights?: string;
  /** Imitation: completions with advantage 0 are thrown away, so the weights are made of the others alone. */
  readonly chosenOnly?: true;
  /** A completion whose tokens are masked still counts in a mean over completions. */
  readonly countsMasked?: true;
  /**
   * Loss - entropy_coef x mean token entropy: over all tokens, or those of the selection alone (still divided by all).
   */
  readonly entropyBonus?: 'all' | 'selected';
  /** 4. Null where the objective holds the policy to its base by itself, or not at all. */
  readonly regulariser: Regulariser | null;
  /** How much of a token's KL penalty in the loss counts, [B, T] or a number; 1 where absent. */
  penaltyShare?(terms: Terms): Value;
  /** 5. How many updates one batch is used for. */
  readonly innerLoop: InnerLoop;

  /**
   * Escape hatch: chooses tokens by plain numbers of the whole batch before each update; the loss finds the choice in
   * `terms.selected`.
   */
  readonly selection?: TokenSelection;
  /** Which tokens the loss leaves out by numbers of the batch, [B, T], 1 where a token counts; by name, to be shown. */
  readonly masks?: Readonly<Record<string, (terms: Terms) => Value>>;
  /** Escape hatch: settings that change from step to step; `step` counts from 0. */
  schedule?(settings: Settings, step: number): Settings;
}
