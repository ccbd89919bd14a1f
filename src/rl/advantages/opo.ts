/** @file The length-weighted baseline of On-Policy RL with Optimal reward baseline (OPO, arXiv 2505.23585). */
import { notInTrl, perCompletion } from './estimator.ts';
import { membersOf } from '../words/groupIds.ts';

/**
 * R minus sum(length R) / sum(length) of its group, [B]: the baseline of least variance if the squared gradient of a
 * completion's log-probability grows with its length. `lengths` [B] are in tokens. A reward that is NaN is left out and
 * has advantage 0.
 */
export function opoAdvantages(rewards: Float32Array, groups: Int32Array, lengths: readonly number[]): Float32Array {
  const advantages = new Float32Array(rewards.length);
  for (const members of membersOf(groups)) {
    const rows = members.filter((row) => !Number.isNaN(rewards[row]));
    const total = (of: (row: number) => number): number => rows.reduce((sum, row) => sum + of(row), 0);
    const tokens = total((row) => lengths[row] as number);
    const first = rewards[rows[0] ?? 0] as number;
    // Equal rewards have no rounding error; without tokens there is no mean.
    if (tokens === 0 || rows.every((row) => rewards[row] === first)) continue;
    const baseline = total((row) => (lengths[row] as number) * (rewards[row] as number)) / tokens;
    for (const row of rows) advantages[row] = (rewards[row] as number) - baseline;
  }
  return advantages;
}

export const opo = perCompletion(
  {
    id: 'opo',
    title: 'Length-weighted mean of the group',
    summary: 'Reward minus the group’s mean in which longer completions count more: the baseline of least variance.',
    citation: '2505.23585',
    trl: notInTrl,
    verl: { adv_estimator: 'opo' },
  },
  ({ rewards, groups, completions }) =>
    opoAdvantages(
      rewards,
      groups,
      completions.map(({ length }) => length),
    ),
);
