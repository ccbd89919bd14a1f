/**
 * @file The parts of an algorithm that a paper fills in. A step has five; a paper writes only those that it changes:
 * sampling (which completions) -> advantage (how good each was) -> objective (the loss of each token, and its weight)
 * -> regulariser (the KL penalty that holds the policy to its base) -> inner loop (the updates on one batch).
 */
import type { TrlLoss, Untranslated, VerlLoss } from '../words/exportWords.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Setting, Settings } from '../words/setting.ts';
import type { Value } from '../../engine/graph/index.ts';
import type { Estimator } from '../advantages/estimator.ts';
import type { Regulariser } from './kl.ts';
import type { Terms } from './terms.ts';
import type { TokenSelection } from './tokenSelection.ts';
import type { Sampling } from '../sampling/sampling.ts';

export interface Algorithm {
  /** Its published name, as file, URL and command line use it. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly formula: string;
  /** arXiv id. */
  readonly citation: string;
  /** The loss in TRL's words and in verl's. */
  readonly trl: TrlLoss | Untranslated;
  readonly verl: VerlLoss | Untranslated;
  /** Numbers that the loss reads; those named like a knob of the configuration take its value. */
  readonly settings: readonly Setting[];
  /** Numbers that the parts outside of the loss read. */
  readonly stepSettings?: readonly Setting[];
  /** Whose ratio is kept within 1 - epsilon .. 1 + epsilon_high, for objectives with such settings. */
  readonly clips?: 'tokens' | 'completions' | 'otherwise';
  /** Rows come in pairs of one prompt, the preferred completion first. */
  readonly pairs?: true;
  /** Reward that a completion of a pair stands for, over beta; the log-ratio to the base where absent. */
  readonly impliedReward?: 'meanLogProb';
  /** The loss compares the trainer's log-probabilities at sampling with the sampler's. */
  readonly comparesSampler?: true;

  /** The loss trains a head, and its text reads `value` at the selected tokens. */
  readonly trainsHead?: true;

  /** 1. Which completions a step is made of. */
  readonly sampling: Sampling;
  /** Why it cannot learn from rollouts of other policies, where it cannot: what follows its name in a sentence. */
  readonly freshOnly?: string;
  /** 2. How rewards become advantages; plain numbers. */
  readonly advantage: Estimator;
  /**
   * 3. The objective in the language of `formula/`: the loss of each token before aggregation, to be minimised; without
   * the regulariser.
   */
  readonly text: string;
  /** The same as graph, [B, T]; made from the text by `paper`. */
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
  /** How much of a token's KL penalty in the loss counts, in the same language; 1 where absent. */
  readonly penaltyShareText?: string;
  /** The same as graph, [B, T] or a number. */
  penaltyShare?(terms: Terms): Value;
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
