/** @file The loss of a reward model on pairs (Bradley and Terry 1952; eq. 1 of arXiv 2203.02155). */
import { variant } from '../formula/paper.ts';
import { noPairsInVerl } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/** -log sigmoid(r(chosen) - r(rejected)); r is the head's value at the selected token of a completion. */
export const bradleyTerry = variant(dpo, {
  id: 'bradley_terry',
  title: 'Reward model',
  summary: 'A head learns to give the preferred completion of a pair the larger number.',
  formula: 'L = −log σ(r(chosen) − r(rejected))',
  citation: '2203.02155',
  trl: { none: 'TRL has it in RewardTrainer' },
  verl: noPairsInVerl,
  settings: [],
  trainsHead: true,
  text: `r = sum(headValue * isSelected)
-logsigmoid(chosen(r) - rejected(r))`,
});
