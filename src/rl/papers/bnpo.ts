/** @file BNPO as TRL's loss type of that name (after arXiv 2506.02864). */
import { variant } from '../formula/paper.ts';
import { aggregations } from '../objectives/aggregation.ts';
import { clippedSettings, clippedText } from '../objectives/clipped.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO with the mean over all tokens of the batch. As in TRL's loss type, without the paper's Beta normalisation of
 * rewards.
 */
export const bnpo = variant(grpo, {
  id: 'bnpo',
  title: 'BNPO (TRL’s loss type)',
  summary: 'GRPO averaged over all tokens of the batch, so that long completions count by their length.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε) A) / tokens − β k3',
  citation: '2506.02864',
  trl: { lossType: 'bnpo' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  settings: clippedSettings,
  tokenWeights: aggregations.bnpo,
  text: clippedText,
});
