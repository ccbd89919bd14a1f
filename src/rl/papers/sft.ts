/** @file Supervised fine-tuning: the completions are demonstrations; their rewards are ignored. */
import { variant } from '../formula/paper.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { demonstrationMethod, demonstrationsAlone } from '../sampling/demonstrations.ts';
import { demonstrationPrompts, demonstrationSettings } from '../sampling/routing.ts';
import { grpo } from './grpo.ts';

/** -log pi of every token, token mean (Ouyang et al., arXiv 2203.02155; Trinity-RFT's `sft`). */
export const sft = variant(grpo, {
  id: 'sft',
  title: 'SFT',
  summary: 'An expert’s completions become more likely; what the policy samples itself is only looked at.',
  formula: 'L = −mean log π',
  citation: '2203.02155',
  trl: { none: 'TRL has it as SFTTrainer, a trainer of its own' },
  verl: { none: 'verl has it as a trainer of its own' },
  settings: [],
  stepSettings: [demonstrationMethod, demonstrationPrompts, ...demonstrationSettings],
  tokenWeights: tokenMean,
  sampling: demonstrationsAlone,
  freshOnly: 'imitates demonstrations and learns from no rollouts',
  regulariser: null,
  text: `# Every token becomes likelier.
-logp`,
});
