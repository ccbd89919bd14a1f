/** @file Simple Preference Optimization (arXiv 2405.14734). */
import { variant } from '../formula/paper.ts';
import { noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO without a reference: -log sigmoid(beta (mean log pi of the chosen - of the rejected) - gamma) (eq. 6; TRL's
 * CPO `simpo`).
 */
export const simpo = variant(dpo, {
  id: 'simpo',
  title: 'SimPO',
  summary: 'DPO on the mean log-probability per token, with a margin and without a reference.',
  formula: 'L = −log σ(β (mean log π(chosen) − mean log π(rejected)) − γ)',
  citation: '2405.14734',
  trl: { none: 'TRL has it in CPOTrainer, loss_type "simpo"' },
  verl: noPairsInVerl,
  settings: [
    preferenceBeta,
    {
      id: 'simpo_gamma',
      default: 0.5,
      min: 0,
      max: 100,
      summary: 'The margin that the chosen completion is to win by.',
    },
  ],
  impliedReward: 'meanLogProb',
  text: `# The mean log-probability itself, without a base.
d = chosen(mean(logp)) - rejected(mean(logp))
-logsigmoid(beta * d - simpo_gamma)`,
});
