/** @file Reward-ranked fine-tuning: RAFT, expert iteration (arXiv 2304.06767). */
import { variant } from '../formula/paper.ts';
import { best } from '../advantages/index.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { grpo } from './grpo.ts';

/**
 * Supervised fine-tuning on the best completion of each group: the mean of -log pi over the tokens of the best
 * completions only (A = 1; the others have A = 0). Equally good completions all count. Groups with equal rewards are
 * left out.
 */
export const raft = variant(grpo, {
  id: 'raft',
  title: 'RAFT',
  summary: 'The best completion of each group becomes a demonstration to imitate; the others are thrown away.',
  formula: 'L = −mean log π over the tokens of the best of each group',
  citation: '2304.06767',
  trl: { none: 'TRL imitates data sets, not the best of fresh groups' },
  verl: { none: 'verl imitates data sets, not the best of fresh groups' },
  settings: [],
  advantage: best,
  regulariser: null,
  tokenWeights: tokenMean,
  chosenOnly: true,
  text: `# The best completion of each group has A = 1, the others 0; only the best are averaged over.
-A * logp`,
});
