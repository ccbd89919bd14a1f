/** @file Positive and negative sample reinforcement, and W-REINFORCE (arXiv 2506.01347). */
import { variant } from '../formula/paper.ts';
import { signedSamples } from '../advantages/signedSamples.ts';
import { bnpo } from './bnpo.ts';

/**
 * PPO's clipped loss as in the paper's code, with right completions weighted by lambda and wrong ones by 1:
 * W-REINFORCE. Positive weight 1 and negative 0 is PSR, 0 and 1 NSR, which keeps the diversity of the base.
 */
export const wReinforce = variant(bnpo, {
  id: 'wReinforce',
  title: 'W-REINFORCE (PSR, NSR)',
  summary: 'Wrong completions are pushed down in full, right ones up by a tenth, so that answers stay diverse.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε_high) A) / tokens − β k3,  A = λ R where right, else R − 1',
  citation: '2506.01347',
  trl: { lossType: 'bnpo' },
  verl: { lossMode: 'vanilla', aggregation: 'token-mean' },
  advantage: signedSamples,
});
