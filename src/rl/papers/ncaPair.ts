/** @file Noise Contrastive Alignment on pairs (arXiv 2402.05369). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, noPairsInVerl, preferenceBeta, scaledText } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but with u = beta log-ratio of each completion: -log sigmoid(u_c) - (log sigmoid(-u_c) + log sigmoid(-u_r)) / 2.
 * TRL's `nca_pair`.
 */
export const ncaPair = variant(dpo, {
  id: 'ncaPair',
  title: 'NCA (pairs)',
  summary:
    'Tells completions from noise one by one, so that the likelihood of the chosen one does not fall as it may in DPO.',
  formula: 'L = −log σ(u_c) − ½ log σ(−u_c) − ½ log σ(−u_r),  u = β log(π/π_ref)',
  citation: '2402.05369',
  trl: inDpoTrainer('nca_pair'),
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# Each completion against noise.
${scaledText}
-(logsigmoid(u) + 0.5 * (logsigmoid(-u) + logsigmoid(-v)))`,
});
