/** @file Group-relative advantages (GRPO, arXiv 2402.03300). */
import { deviationOf, inGroups, meanOf } from './groups.ts';

export interface GroupAdvantageOptions {
  /**
   * Divide by the standard deviation of the group, by that of the whole batch (arXiv 2508.08221), or not at all (Dr.
   * GRPO, arXiv 2503.20783).
   */
  readonly scaleRewards: 'group' | 'batch' | 'none';
  /** 1 divides the squares by n - 1 (Bessel), as TRL does. */
  readonly ddof: 0 | 1;
  readonly epsilon: number;
}

export const groupAdvantageDefaults: GroupAdvantageOptions = { scaleRewards: 'group', ddof: 1, epsilon: 1e-4 };

/**
 * (R - mean) / (std + epsilon), [B]; the mean is always the group's. `rewards` and `groups` are [B]. A group of one has
 * advantage 0.
 */
export function groupAdvantages(
  rewards: Float32Array,
  groups: Int32Array,
  options: GroupAdvantageOptions = groupAdvantageDefaults,
): Float32Array {
  const { scaleRewards, ddof, epsilon } = options;
  const batchDeviation = deviationOf(
    Array.from(rewards).filter((r) => !Number.isNaN(r)),
    ddof,
  );
  const divisors = {
    group: (group: readonly number[]) => deviationOf(group, ddof) + epsilon,
    batch: () => batchDeviation + epsilon,
    none: () => 1,
  };
  return inGroups(rewards, groups, (group) => {
    const [mean, divisor] = [meanOf(group), divisors[scaleRewards](group)];
    return group.map((r) => (r - mean) / divisor);
  });
}
