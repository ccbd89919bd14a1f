/** @file Advantages that maximise pass@k instead of pass@1 (Pass@k Training, arXiv 2508.10751, eqs. 10 to 15). */
import { passAtK } from '../../lib/statistics.ts';
import { inGroups } from './groups.ts';

/**
 * Each subset of k completions of a group has reward 1 if any of them is right. A completion's advantage is the mean
 * over its subsets minus the mean of all, R = pass@k, over the deviation sqrt(R (1 - R)): right (reward above
 * `threshold`): (1 - R) / deviation; wrong: (1 - R - C(wrong - 1, k - 1) / C(n - 1, k - 1)) / deviation. All 0 if R is
 * 0 or 1. `kOf` gives k for a group of `size` completions. UsageError if a group has fewer than k known rewards.
 */
export function passAtKAdvantages(
  rewards: Float32Array,
  groups: Int32Array,
  kOf: (size: number) => number,
  threshold = 0.5,
): Float32Array {
  return inGroups(rewards, groups, (group, size) => {
    const k = kOf(size);
    const [n, right] = [group.length, group.filter((r) => r > threshold).length];
    const pass = passAtK(n, right, k);
    const deviation = Math.sqrt(pass * (1 - pass));
    if (!(deviation > 0)) return group.map(() => 0);
    const othersFail = k === 1 ? 1 : 1 - passAtK(n - 1, right, k - 1);
    return group.map((r) => (r > threshold ? 1 - pass : 1 - pass - othersFail) / deviation);
  });
}
