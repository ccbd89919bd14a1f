/** @file ReMax (arXiv 2310.10505, algorithm 1). */
import { remax as greedyBaseline } from '../advantages/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { reinforce } from './reinforce.ts';

/** REINFORCE, but the greedy completion of each prompt is the baseline. */
export const remax: Algorithm = {
  ...reinforce,
  id: 'remax',
  title: 'ReMax',
  summary: 'REINFORCE whose baseline is the reward of the greedy completion, sampled along for every prompt.',
  formula: 'J = E[(R − R(greedy)) log π(y)]',
  citation: '2310.10505',
  advantage: greedyBaseline,
};
