/** @file Leaves groups of equal rewards out of the loss if the run asks for it (`zero_std_groups`). */
import type { Group, Samples } from '../trajectory/groups.ts';

/** Whether all rewards of the group that are numbers are equal: with a group baseline its policy gradient is 0. */
export const isFlat = (rewards: readonly number[]): boolean => new Set(rewards.filter(Number.isFinite)).size <= 1;

const rewardsOf = ({ completions }: Group): readonly number[] => completions.map(({ reward }) => reward);

/**
 * The samples with the rows of groups of equal rewards unused, if `zeroStdGroups` is `masked`. An expert's rows stay.
 */
export function withoutMaskedGroups(samples: Samples, { zeroStdGroups }: { readonly zeroStdGroups: string }): Samples {
  if (zeroStdGroups !== 'masked') return samples;
  // Rows begin with the completions of all groups in their order.
  const masked = samples.groups.flatMap((group) => group.completions.map(() => isFlat(rewardsOf(group))));
  return {
    ...samples,
    rows: samples.rows.map((row, i) => (masked[i] ? { ...row, used: false } : row)),
  };
}
