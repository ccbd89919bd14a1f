/** @file Group reward-decoupled normalisation (GDPO, arXiv 2601.05242). */
import { variant } from '../formula/paper.ts';
import { gdpo as decoupled } from '../advantages/index.ts';
import { grpo } from './grpo.ts';

/** GRPO, but each reward term is normalised within its group before the terms are added up. */
export const gdpo = variant(grpo, {
  id: 'gdpo',
  title: 'GDPO',
  summary: 'Several reward terms are normalised one by one, so that none drowns the others.',
  formula: 'A = whiten(Σ w_k (R_k − mean R_k) / (std R_k + 10⁻⁴))',
  citation: '2601.05242',
  trl: { lossType: 'grpo' },
  verl: { lossMode: 'vanilla', aggregation: 'seq-mean-token-mean' },
  advantage: decoupled,
});
