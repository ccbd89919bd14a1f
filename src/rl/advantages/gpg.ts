/** @file Advantages of Group Policy Gradient (GPG, arXiv 2504.02546, eqs. 5 and 7, F_norm = 1). */
import { perCompletion } from './estimator.ts';
import { inGroups, meanOf } from './groups.ts';

/**
 * alpha (R - mean) within each group, [B]. alpha = B / (B - M), where M of the B completions are in groups without
 * spread, so that groups without gradient do not make the step smaller.
 */
export function gpgAdvantages(rewards: Float32Array, groups: Int32Array): Float32Array {
  let [known, spread] = [0, 0];
  const centred = inGroups(rewards, groups, (group) => {
    known += group.length;
    // A rounding error of the mean must not make a group without spread count.
    if (group.every((r) => r === group[0])) return group.map(() => 0);
    spread += group.length;
    const mean = meanOf(group);
    return group.map((r) => r - mean);
  });
  return spread === 0 ? centred : centred.map((a) => (a * known) / spread);
}

export const gpg = perCompletion(
  {
    id: 'gpg',
    title: 'Group mean, scaled up for groups without spread',
    summary: 'Reward minus the group’s mean, times all completions over those whose group has a gradient.',
    citation: '2504.02546',
    trl: { none: 'TRL has it in an experimental GPGTrainer' },
    verl: { none: 'verl’s gpg scales by the completions whose reward is not 0' },
  },
  ({ rewards, groups }) => gpgAdvantages(rewards, groups),
);
