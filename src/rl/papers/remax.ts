/** @file ReMax (arXiv 2310.10505, algorithm 1). */
import { variant } from '../formula/paper.ts';
import { remax as greedyBaseline } from '../advantages/index.ts';
import { reinforce } from './reinforce.ts';

/** REINFORCE, but the greedy completion of each prompt is the baseline. */
export const remax = variant(reinforce, {
  id: 'remax',
  title: 'ReMax',
  summary: 'REINFORCE whose baseline is the reward of the greedy completion, sampled along for every prompt.',
  formula: 'J = E[(R − R(greedy)) log π(y)]',
  citation: '2310.10505',
  trl: { none: 'TRL has no loss without a ratio' },
  verl: { lossMode: 'gpg', aggregation: 'seq-mean-token-sum' },
  advantage: greedyBaseline,
});
