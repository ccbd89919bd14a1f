/** @file Tapered off-policy REINFORCE (TOPR, arXiv 2503.14286, eq. 8; optionally per token as in Trinity-RFT). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { baselineSetting } from '../rewards/shaping.ts';
import { reinforce } from './reinforce.ts';

const sequenceLevel: Setting = {
  id: 'sequence_level',
  default: 1,
  min: 0,
  max: 1,
  summary: '1: one ratio for a completion, as in the paper; 0: one for each token, as in Trinity-RFT.',
};

const rewardBaseline = baselineSetting(0.5);

/** REINFORCE, but a completion with R <= 0 is weighted by min(r, 1). Wrong completions need R < 0 to count. */
export const topr = variant(reinforce, {
  id: 'topr',
  title: 'TOPR',
  summary:
    'Good completions are imitated in full; bad ones are pushed away only as far as the policy would still write them.',
  formula: 'J = Σ sg[α] R log π / tokens,  α = 1 where R > 0, else min(r, 1)',
  citation: '2503.14286',
  trl: { none: 'TRL has no TOPR' },
  verl: { none: 'verl has no TOPR' },
  settings: [sequenceLevel],
  stepSettings: [rewardBaseline],
  tokenWeights: tokenMean,
  text: `# Good completions in full, bad ones as far as the policy would still write them.
r = where(sequence_level > 0.5, exp(sum(logRatio)), ratio)
weight = sg(where(R > 0, 1, clip(r, 0, 1)))
-weight * R * logp`,
});
