/**
 * @file The interface of an algorithm. A step has five parts; a paper writes only those that it changes: sampling
 * (which completions) -> advantage (how good each was) -> objective (loss and weight of each token) -> regulariser (KL
 * penalty towards the base) -> inner loop (updates on one batch).
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
  /** The published name, as used in files, URLs and on the command line. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  readonly formula: string;
  /** arXiv id. */
  readonly citation: string;
  /** The loss under TRL's and verl's names, or the reason why it has none. */
  readonly trl: TrlLoss | Untranslated;
  readonly verl: VerlLoss | Untranslated;
  /** Numbers that the loss reads; one with the id of a knob takes the value of the knob. */
  readonly settings: readonly Setting[];
  /** Numbers that other parts than the loss read. */
  readonly stepSettings?: readonly Setting[];
  /** Whose ratio is clipped to 1 - epsilon .. 1 + epsilon_high; only for objectives with these settings. */
  readonly clips?: 'tokens' | 'completions' | 'otherwise';
  /** Rows are pairs of completions of one prompt, the preferred one first. */
  readonly pairs?: true;
  /** The implicit reward of a completion of a pair, divided by beta; the log-ratio to the base if absent. */
  readonly impliedReward?: 'meanLogProb';
  /** The loss reads both `oldLogProbs` and `samplerLogProbs`. */
  readonly comparesSampler?: true;

  /** The loss trains a head; its text reads `headValue` at the selected tokens. */
  readonly trainsHead?: true;

  /** 1. Which completions a step is made of. */
  readonly sampling: Sampling;
  /** Its demonstrations come from two writers, which the task must have. */
  readonly needsWriters?: true;
  /** Why the algorithm cannot learn from rollouts of other policies; follows its id in a sentence. Absent if it can. */
  readonly freshOnly?: string;
  /** 2. How rewards become advantages, outside the graph. */
  readonly advantage: Estimator;
  /**
   * The loss holds the policy to its base by itself: why a run can neither choose its advantage or KL penalty nor mask
   * completions by A; follows the id in a sentence. Absent if it can.
   */
  readonly fixedAdvantage?: string;
  /**
   * 3. The objective in the language of `formula/`: the loss of each token, to be minimised, before aggregation and
   * without the regulariser.
   */
  readonly text: string;
  /** `text` as a graph, [B, T]; built by `paper`. */
  tokenLoss(terms: Terms): Value;
  /**
   * Weight of every token of each completion, [B]; the loss of the batch is the weighted sum over all tokens.
   * `maxCompletionLength` is the limit in tokens.
   */
  tokenWeights(completions: readonly CompletionShape[], maxCompletionLength: number): Float32Array;
  /** Why a run cannot choose another aggregation; follows the algorithm's id in a sentence. Absent if it can. */
  readonly fixedWeights?: string;
  /** Imitation: completions with advantage 0 are left out of the weights. */
  readonly chosenOnly?: true;
  /** Masked completions still count in a mean over completions. */
  readonly countsMasked?: true;
  /**
   * Subtracts entropy_coef x mean token entropy from the loss: over all tokens, or over the selected ones only, divided
   * by all.
   */
  readonly entropyBonus?: 'all' | 'selected';
  /** 4. Null if the objective has no separate KL penalty. */
  readonly regulariser: Regulariser | null;
  /** Factor of a token's KL penalty in the loss, in the language of `formula/`; 1 if absent. */
  readonly penaltyShareText?: string;
  /** `penaltyShareText` as a graph, [B, T] or a scalar. */
  penaltyShare?(terms: Terms): Value;
  /**
   * Escape hatch: chooses tokens by numbers of the whole batch, outside the graph, before each update; the loss reads
   * the choice as `terms.selected`.
   */
  readonly selection?: TokenSelection;
  /** Masks that the loss applies to tokens, [B, T], 1 where a token counts; by name, for display. */
  readonly masks?: Readonly<Record<string, (terms: Terms) => Value>>;
  /** Escape hatch: settings that change from step to step; `step` counts from 0. */
  schedule?(settings: Settings, step: number): Settings;
}

/** Why a run cannot choose an advantage or a KL penalty for the algorithm; undefined if it can. */
export const ownAdvantage = ({
  pairs,
  fixedAdvantage,
}: Pick<Algorithm, 'pairs' | 'fixedAdvantage'>): string | undefined =>
  pairs ? 'compares the completions of a pair and reads no advantages' : fixedAdvantage;
