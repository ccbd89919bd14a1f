/** @file Self-Play Preference Optimization with hard labels (arXiv 2405.00675). */
import { variant } from '../formula/paper.ts';
import { inDpoTrainer, noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * DPO, but each log-ratio has a target, 1 / (2 beta) for the chosen and its negative for the rejected: eq. 4.7 with P =
 * 1 or 0. TRL's `sppo_hard`.
 */
export const sppoHard = variant(dpo, {
  id: 'sppoHard',
  title: 'SPPO (hard labels)',
  summary: 'Each log-ratio over the base is regressed on what winning or losing should have made of it.',
  formula: 'L = (log(π/π_ref)(chosen) − 1/(2β))² + (log(π/π_ref)(rejected) + 1/(2β))²',
  citation: '2405.00675',
  trl: inDpoTrainer('sppo_hard'),
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  text: `# Each log-ratio has a target.
gain = sum(logp - refLogp)
target = 0.5 / beta
square(chosen(gain) - target) + square(rejected(gain) + target)`,
});
