/** @file Contrastive Policy Gradient (arXiv 2406.19185). */
import { noPairsInVerl } from '../objectives/preferenceSettings.ts';
import { variant } from '../formula/paper.ts';
import { prdp } from './prdp.ts';

/**
 * The loss of PRDP, (R - R' - beta d)^2 / 2, derived from the policy gradient: its gradient is beta times that of
 * REINFORCE on both completions with regularised rewards R - beta log(pi / pi_ref), each the baseline of the other.
 * Valid off-policy.
 */
export const copg = variant(prdp, {
  id: 'copg',
  title: 'CoPG',
  summary: 'A policy gradient over pairs, each completion the other’s baseline, that needs no fresh samples.',
  citation: '2406.19185',
  trl: { none: 'TRL has no CoPG' },
  verl: noPairsInVerl,
});
