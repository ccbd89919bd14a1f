/** @file Binary Classifier Optimization on pairs, without the running baseline (arXiv 2404.04656). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, noPairsInVerl, preferenceBeta, scaledText } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but each completion is classified by itself: -log sigmoid(u_c) - log sigmoid(-u_r), u = beta log-ratio. TRL's
 * `bco_pair` without the paper's shift by the mean reward.
 */
export const bcoPair = variant(dpo, {
  id: 'bcoPair',
  title: 'BCO (pairs, approximate: no reward shift)',
  summary: 'Each completion is classified as good or bad by itself.',
  formula: 'L = −log σ(u_c) − log σ(−u_r),  u = β log(π/π_ref)',
  citation: '2404.04656',
  trl: inDpoTrainer('bco_pair'),
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# Each completion is classified by itself.
${scaledText}
-(logsigmoid(u) + logsigmoid(-v))`,
});
