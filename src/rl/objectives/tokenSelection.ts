/** @file Choices of tokens by numbers of the whole batch: what a choice is given and what it gives. */
import type { Random } from '../../lib/random.ts';
import type { Settings } from '../words/setting.ts';

/** Token by token over the whole batch, [B * T]; what stands where the mask is 0 counts for nothing. */
export interface SelectionFacts {
  /** Under the policy as it is before the update. */
  readonly logProbs: Float32Array;
  /** Of the policy that sampled. */
  readonly oldLogProbs: Float32Array;
  readonly entropy: Float32Array;
  readonly advantages: Float32Array;
  readonly mask: Float32Array;
  readonly settings: Settings;
  /** For choices by chance. */
  readonly random: Random;
}

export interface TokenSelection {
  /** What it reads beside the advantages; the entropy costs a pass of its own. */
  readonly reads: 'logProbs' | 'entropy';
  /** 1 on the chosen tokens, else 0, [B * T]. */
  choose(facts: SelectionFacts): Float32Array;
}
