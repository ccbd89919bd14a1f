/** @file The words that other training libraries have for a loss or an advantage, for exports of a run. */

/** Why a library has no words for a part: a clause that follows its name and a colon. */
export interface Untranslated {
  readonly none: string;
}

/** A loss of TRL's GRPOConfig. */
export interface TrlLoss {
  readonly lossType: string;
  /** Further arguments as Python writes them, by name. */
  readonly others?: Readonly<Record<string, string>>;
  /** The type is more than an aggregation, so a run that chose another has no type in TRL. */
  readonly ownAggregation?: true;
}

/** A loss of verl: `actor_rollout_ref.actor.policy_loss.loss_mode` and `actor_rollout_ref.actor.loss_agg_mode`. */
export interface VerlLoss {
  readonly lossMode: string;
  readonly aggregation: VerlAggregation;
}

export type VerlAggregation = 'token-mean' | 'seq-mean-token-mean' | 'seq-mean-token-sum' | 'seq-mean-token-sum-norm';

/** An advantage as arguments of TRL's GRPOConfig or as overrides of verl's `algorithm`, by name, values as written. */
export type AdvantageWords = Readonly<Record<string, string>>;

export const isUntranslated = (words: object): words is Untranslated => 'none' in words;
