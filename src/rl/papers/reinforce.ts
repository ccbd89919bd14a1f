/** @file REINFORCE (Williams 1992) on completions, in the form of arXiv 2402.14740, eq. 4. */
import { variant } from '../formula/paper.ts';
import { plain } from '../advantages/index.ts';
import { sequenceMeanTokenSum } from '../objectives/aggregation.ts';
import { baselineSetting } from '../rewards/shaping.ts';
import { grpo } from './grpo.ts';

/**
 * The log-probability of a completion times its reward, without ratio, clip and baseline; a run can choose an advantage
 * with a baseline.
 */
export const reinforce = variant(grpo, {
  id: 'reinforce',
  title: 'REINFORCE',
  summary: 'Completions become likelier in proportion to their reward; nothing else.',
  formula: 'J = E[R log π(y)]',
  citation: '2402.14740',
  trl: { none: 'TRL has no loss without a ratio' },
  verl: { lossMode: 'gpg', aggregation: 'seq-mean-token-sum' },
  settings: [],
  stepSettings: [baselineSetting(0)],
  advantage: plain,
  regulariser: null,
  tokenWeights: sequenceMeanTokenSum,
  text: `# Completions become likelier in proportion to their advantage.
-A * logp`,
});
