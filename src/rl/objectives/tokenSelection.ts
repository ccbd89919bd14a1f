/** @file The interface of token selections: input and output. */
import type { Random } from '../../lib/random.ts';
import type { Settings } from '../words/setting.ts';

/** Numbers of each token of the whole batch, [B * T]; ignored where `mask` is 0. */
export interface SelectionFacts {
  /** Under the policy before the update. */
  readonly logProbs: Float32Array;
  /** Under the sampling policy. */
  readonly oldLogProbs: Float32Array;
  readonly entropy: Float32Array;
  readonly advantages: Float32Array;
  readonly mask: Float32Array;
  readonly settings: Settings;
  /** For random selections. */
  readonly random: Random;
}

export interface TokenSelection {
  /** The facts read beside the advantages; entropy needs an extra pass over the policy. */
  readonly reads: 'logProbs' | 'entropy';
  /** 1 on the chosen tokens, else 0, [B * T]. */
  choose(facts: SelectionFacts): Float32Array;
}
