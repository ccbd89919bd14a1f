/** @file Leaves groups of equal rewards out of the loss if the run asks for it (`zero_std_groups`). */
import type { Group, Samples } from '../trajectory/groups.ts';

/** Whether all finite rewards of the group are equal: with a group baseline its policy gradient is 0. */
const isFlat = ({ completions }: Group): boolean =>
  new Set(completions.map(({ reward }) => reward).filter(Number.isFinite)).size <= 1;

/**
 * The samples with the rows of groups of equal rewards unused, if `zeroStdGroups` is `masked`. An expert's rows stay.
 */
export function withoutMaskedGroups(samples: Samples, { zeroStdGroups }: { readonly zeroStdGroups: string }): Samples {
  if (zeroStdGroups !== 'masked') return samples;
  // Rows begin with the completions of all groups in their order.
  const masked = samples.groups.flatMap((group) => group.completions.map(() => isFlat(group)));
  return {
    ...samples,
    rows: samples.rows.map((row, i) => (masked[i] ? { ...row, used: false } : row)),
  };
}
