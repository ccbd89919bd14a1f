/** @file Dynamic fine-tuning (arXiv 2508.05629). */
import { exp, mul, neg, stopGradient } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import { sft } from './sft.ts';

/** SFT, but each token is weighed by its own probability: -sg[pi] log pi (TRL's SFT `loss_type` `dft`). */
export const dft: Algorithm = {
  ...sft,
  id: 'dft',
  title: 'DFT',
  summary: 'SFT whose tokens count by how likely they already are, which takes out its bias towards unlikely tokens.',
  formula: 'L = −mean sg[π] log π',
  citation: '2508.05629',
  tokenLoss: ({ logProbs }) => neg(mul(stopGradient(exp(logProbs)), logProbs)),
};
