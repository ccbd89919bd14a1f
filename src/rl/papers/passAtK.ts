/** @file Pass@k training (arXiv 2508.10751). */
import { variant } from '../formula/paper.ts';
import { passAtK as subsetAdvantage } from '../advantages/index.ts';
import { grpo } from './grpo.ts';

/** GRPO, but the reward is that one of k completions is right, in closed form over all subsets of the group. */
export const passAtK = variant(grpo, {
  id: 'passAtK',
  title: 'Pass@k training',
  summary: 'The chance that one of k completions is right is raised, which leaves room to try different things.',
  formula: 'A = (1 − pass@k) / √(pass@k (1 − pass@k)) where right',
  citation: '2508.10751',
  trl: { lossType: 'grpo' },
  verl: { lossMode: 'vanilla', aggregation: 'seq-mean-token-mean' },
  advantage: subsetAdvantage,
});
