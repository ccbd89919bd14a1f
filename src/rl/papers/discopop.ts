/** @file DiscoPOP: a loss over pairs that a language model found (arXiv 2406.08414). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, marginText, noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO blended with exp(-beta d), w = sigmoid(beta d / tau): -(1 - w) log sigmoid(beta d) + w exp(-beta d) (eq.
 * 5). TRL's `discopop`.
 */
export const discopop = variant(dpo, {
  id: 'discopop',
  title: 'DiscoPOP',
  summary: 'DPO blended with an exponential loss where the pair is already told apart; it is not convex.',
  formula: 'L = −(1−w) log σ(β d) + w exp(−β d),  w = σ(β d/τ)',
  citation: '2406.08414',
  trl: inDpoTrainer('discopop'),
  verl: noPairsInVerl,
  settings: [
    preferenceBeta,
    {
      id: 'discopop_tau',
      default: 0.05,
      min: 0.001,
      max: 100,
      summary: 'How sharply one loss gives way to the other.',
    },
  ],
  text: `# DPO, blended with an exponential where the pair is told apart; beyond 80 that no longer fits a float32.
${marginText}
w = sigmoid(m / discopop_tau)
(w - 1) * logsigmoid(m) + w * exp(clip(-m, -80, 80))`,
});
