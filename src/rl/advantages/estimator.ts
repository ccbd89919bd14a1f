/** @file Interface of advantage estimators: rewards in, advantages out, as plain numbers. */
import type { Memory } from '../words/memory.ts';
import type { AdvantageWords, Untranslated } from '../words/exportWords.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Settings } from '../words/setting.ts';
import type { Segment } from './process.ts';

/** Token by token, [B * T], 0 where masked. */
export interface TokenFacts {
  readonly mask: Float32Array;
  /** T. */
  readonly columns: number;
  /** KL penalty taken off the reward at each token. */
  readonly penalties: Float32Array;
  /** The critic's value before each token; present if the estimator needs a critic. */
  readonly values?: Float32Array;
  /** The critic's value after the last token of each completion, [B]; present if `readsEndValues`. */
  readonly endValues?: Float32Array;
  /** log pi_teacher - log pi_old of each token; present if `needs` is `teacher`. */
  readonly teacherGains?: Float32Array;
}

export interface AdvantageBatch {
  /** One per completion, [B]; NaN if a reward term gave no score. */
  readonly rewards: Float32Array;
  /** Group id of each completion, [B]. */
  readonly groups: Int32Array;
  /** In the order of the rewards. */
  readonly completions: readonly CompletionShape[];
  /** Unweighted score of each reward term, [B], with its weight. */
  readonly rewardTerms: readonly { readonly weight: number; readonly scores: Float32Array }[];
  /** Reward of the greedy completion of each group's prompt, [groups]; present if `needs` is `greedy`. */
  readonly greedyRewards?: Float32Array;
  /** Rewards of completions that the base writes for each group's prompt; present if `needs` is `base`. */
  readonly baseRewards?: readonly (readonly number[])[];
  /**
   * Segments of each completion, [B]: ends in tokens, and rewards that sum to the completion's reward. A single segment
   * if parts have no rewards.
   */
  readonly segments: readonly (readonly Segment[])[];
  readonly tokens: TokenFacts;
  readonly settings: Settings;
  readonly memory: Memory;
}

export interface Advantages {
  /** One per completion, [B], or one per token, [B * T]. */
  readonly advantages: Float32Array;
  /** Targets of the critic, [B * T]. */
  readonly returns?: Float32Array;
  /** Memory of the next step; absent where nothing changes. */
  readonly memory?: Memory;
}

export interface Estimator {
  /** As configuration, URL and command line use it. */
  readonly id: string;
  readonly title: string;
  /** One sentence. */
  readonly summary: string;
  /** arXiv id. */
  readonly citation: string;
  /** As arguments of TRL's GRPOConfig, and as numbers and words of verl's `algorithm`. */
  readonly trl: AdvantageWords | Untranslated;
  readonly verl: AdvantageWords | Untranslated;
  /** Needs a greedy completion or the base's completions of each prompt, a critic trained with the policy, or a teacher. */
  readonly needs?: 'greedy' | 'base' | 'critic' | 'teacher';
  /** Whether it reads `tokens.endValues`, which costs a forward pass. */
  readsEndValues?(settings: Settings): boolean;
  /**
   * Present if it cannot rate rollouts of other policies: the reason, as the rest of a sentence that begins with the
   * algorithm's id.
   */
  readonly freshOnly?: string;
  /** Uses `tokens.penalties` itself; for other estimators their sum is subtracted from a completion's reward first. */
  readonly perToken?: true;
  /** Apply also if a run chooses this estimator for an algorithm with another default. */
  readonly settings?: readonly {
    readonly id: string;
    readonly default: number;
    readonly min: number;
    readonly max: number;
    readonly summary: string;
  }[];
  estimate(batch: AdvantageBatch): Advantages;
}

export const notInTrl: Untranslated = { none: 'TRL has no such advantage' };
export const notInVerl: Untranslated = { none: 'verl has no such advantage' };

/** An estimator before its function. */
export type Described = Omit<Estimator, 'estimate' | 'needs' | 'perToken'>;

/** An estimator with one advantage per completion. */
export const perCompletion = (
  described: Described,
  advantages: (batch: AdvantageBatch) => Float32Array,
): Estimator => ({
  ...described,
  estimate: (batch) => ({ advantages: advantages(batch) }),
});
