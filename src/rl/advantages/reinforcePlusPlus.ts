/** @file Advantages whitened over the tokens of the whole batch (REINFORCE++, arXiv 2501.03262). */
import { assert } from '../../lib/assert.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import { inGroups, meanOf } from './groups.ts';
import { whiten } from './whiten.ts';

const lengthsOf = (completions: readonly CompletionShape[]): number[] => completions.map(({ length }) => length);

/**
 * One per completion, [B]: the reward whitened with its completion's length as weight, so over all tokens of the batch.
 */
export const reinforcePlusPlusAdvantages = (
  rewards: Float32Array,
  completions: readonly CompletionShape[],
): Float32Array => whiten(rewards, lengthsOf(completions));

/** REINFORCE++-baseline: the group's mean is subtracted before whitening, without dividing by its deviation. */
export function reinforcePlusPlusBaselineAdvantages(
  rewards: Float32Array,
  groups: Int32Array,
  completions: readonly CompletionShape[],
): Float32Array {
  const centred = inGroups(rewards, groups, (group) => {
    const mean = meanOf(group);
    return group.map((r) => r - mean);
  });
  return whiten(centred, lengthsOf(completions));
}

/**
 * With the KL penalty in the reward, one per token, [B * T]: the reward minus the penalties from the token on, whitened
 * over the tokens of `mask`. `penalties` [B * T] is beta k1 = beta (old - ref) at each token; no discount. UsageError
 * unless the arrays are whole rows.
 */
export function reinforcePlusPlusTokenAdvantages(
  rewards: Float32Array,
  penalties: Float32Array,
  mask: Float32Array,
): Float32Array {
  const columns = penalties.length / rewards.length;
  assert(
    Number.isInteger(columns) && mask.length === penalties.length,
    `penalties: ${penalties.length} for ${rewards.length} rewards and ${mask.length} mask entries`,
  );
  const returns = new Float32Array(penalties.length);
  rewards.forEach((reward, row) => {
    let toGo = reward;
    for (let i = (row + 1) * columns - 1; i >= row * columns; i--) {
      if ((mask[i] as number) > 0) toGo -= penalties[i] as number;
      returns[i] = toGo;
    }
  });
  return whiten(returns, mask);
}
