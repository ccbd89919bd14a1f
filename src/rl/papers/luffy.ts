/** @file LUFFY: an expert's completions inside the policy's groups (arXiv 2504.14945). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { unscaled } from '../advantages/index.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { epsilon } from '../objectives/settings.ts';
import { demonstrationsInGroups, demonstrationsPerPrompt } from '../sampling/demonstrations.ts';
import { demonstrationSettings } from '../sampling/routing.ts';
import { grpo } from './grpo.ts';

const shaping: Setting = {
  id: 'luffy_gamma',
  default: 0.1,
  min: 0.001,
  max: 10,
  summary: 'Probability at which an expert’s token has half its full weight; a low one stresses unlikely tokens.',
};

/**
 * GRPO without deviation, with the expert's completions in each group's mean; on their tokens p / (p + gamma) replaces
 * the ratio, so that unlikely ones learn most (eqs. 5 and 6). The paper's runs also leave out the clip, which changes
 * nothing where a batch has one update.
 */
export const luffy = variant(grpo, {
  id: 'luffy',
  title: 'LUFFY',
  summary:
    'An expert’s completions join each group and are judged with it; on their tokens, those that the policy finds unlikely learn most.',
  formula: 'J = Σ [min(r A, clip(r, 1−ε, 1+ε) A), or p/(p+γ) A on the expert’s] / tokens,  A = R − mean R',
  citation: '2504.14945',
  trl: { none: 'TRL has no LUFFY' },
  verl: { none: 'verl has no LUFFY' },
  settings: [epsilon, shaping],
  stepSettings: [demonstrationsPerPrompt, ...demonstrationSettings],
  sampling: demonstrationsInGroups,
  advantage: unscaled,
  regulariser: null,
  tokenWeights: tokenMean,
  text: `# A shaped probability instead of the ratio on the expert's tokens.
shaped = p / (p + luffy_gamma)
own = min(ratio * A, clip(ratio, 1 - epsilon, 1 + epsilon) * A)
-where(expert > 0.5, shaped * A, own)`,
});
