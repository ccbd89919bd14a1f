/** @file On-Policy RL with Optimal reward baseline (OPO, arXiv 2505.23585). */
import { variant } from '../formula/paper.ts';
import { opo as opoAdvantage } from '../advantages/opo.ts';
import { reinforce } from './reinforce.ts';

/** REINFORCE with the baseline of least variance; meant for exact on-policy training, one update a batch. */
export const opo = variant(reinforce, {
  id: 'opo',
  title: 'OPO',
  summary: 'REINFORCE with the baseline of least variance: the group’s mean reward, longer completions counting more.',
  formula: 'J = E[A log π(y)],  A = R − Σ length · R / Σ length',
  citation: '2505.23585',
  trl: { none: 'TRL has no loss without a ratio' },
  verl: { lossMode: 'gpg', aggregation: 'seq-mean-token-sum' },
  stepSettings: [],
  advantage: opoAdvantage,
  text: `# Completions become likelier in proportion to their advantage.
-A * logp`,
});
