/** @file Group Policy Gradient (GPG, arXiv 2504.02546). */
import { variant } from '../formula/paper.ts';
import { gpg as gpgAdvantage } from '../advantages/gpg.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { reinforce } from './reinforce.ts';

/** The policy gradient alone, eq. 5 with eq. 7. Without the paper's threshold beta_th on groups that have a gradient. */
export const gpg = variant(reinforce, {
  id: 'gpg',
  title: 'GPG',
  summary:
    'The plain policy gradient over groups, without ratio, clip and KL penalty; groups without spread do not shrink the step.',
  formula: 'J = Σ A log π / tokens,  A = α (R − mean R),  α = B / (B − M)',
  citation: '2504.02546',
  trl: { none: 'TRL has it in an experimental GPGTrainer' },
  verl: { lossMode: 'gpg', aggregation: 'token-mean' },
  stepSettings: [],
  advantage: gpgAdvantage,
  tokenWeights: tokenMean,
  text: `# Each token is pushed by its advantage.
-A * logp`,
});
