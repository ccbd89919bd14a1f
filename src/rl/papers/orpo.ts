/** @file Odds Ratio Preference Optimization (ORPO, arXiv 2403.07691). */
import { variant } from '../formula/paper.ts';
import { noPairsInVerl, preferenceBeta } from '../objectives/preferenceSettings.ts';
import { dpo } from './dpo.ts';

/**
 * Imitation of the chosen completion and -beta log sigmoid(log odds of the chosen - of the rejected), eqs. 6 and 7;
 * beta is the paper's lambda. The probability of a completion is the geometric mean of its tokens'. No reference.
 * TRL imitates the mean over all chosen tokens of the batch instead of that over pairs.
 */
export const orpo = variant(dpo, {
  id: 'orpo',
  title: 'ORPO',
  summary: 'The chosen completion is imitated, and its odds are to exceed those of the rejected one; no reference.',
  formula: 'L = −mean log π(chosen) − β log σ(log odds(chosen) − log odds(rejected)),  odds = p / (1 − p)',
  citation: '2403.07691',
  trl: { none: 'TRL has it in ORPOTrainer' },
  verl: noPairsInVerl,
  settings: [preferenceBeta],
  impliedReward: 'meanLogProb',
  text: `# log(p / (1 - p)) of each completion; 1 - p is kept above 0 for the logarithm.
likely = mean(logp)
odds = likely - log(max(1 - exp(likely), 1e-6))
-chosen(likely) - beta * logsigmoid(chosen(odds) - rejected(odds))`,
});
