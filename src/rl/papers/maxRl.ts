/** @file MaxRL (arXiv 2602.02710). */
import { variant } from '../formula/paper.ts';
import { maxRl as meanNormalised } from '../advantages/index.ts';
import { drGrpo } from './drGrpo.ts';

/**
 * Dr. GRPO, but the advantage is divided by the group's mean reward, the weight of a prompt under maximum likelihood.
 */
export const maxRl = variant(drGrpo, {
  id: 'maxRl',
  title: 'MaxRL',
  summary: 'Prompts that are rarely solved count more, as they would in maximum likelihood.',
  formula: 'A = (R − mean R) / mean R',
  citation: '2602.02710',
  trl: { lossType: 'dr_grpo' },
  verl: { lossMode: 'vanilla', aggregation: 'seq-mean-token-sum-norm' },
  advantage: meanNormalised,
});
