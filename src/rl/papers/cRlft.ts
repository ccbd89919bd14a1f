/** @file C-RLFT: demonstrations of mixed quality, conditioned on their source (OpenChat, arXiv 2309.11235). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import {
  drawnPerPrompt,
  expertShare,
  fromDemonstrationSet,
  setSize,
  shuffledClasses,
} from '../sampling/demonstrationSet.ts';
import { sft } from './sft.ts';

const otherWeight: Setting = {
  id: 'other_weight',
  default: 0.1,
  min: 0,
  max: 1,
  summary: 'Weight of a demonstration that is not the expert’s, exp((r_other − r_expert) / β) in the paper; 1 is SFT.',
};

/**
 * Weighted regression: max E[exp(r_c / beta) log pi(y | x, c)] with one reward r_c for each class (section 3.2). The
 * class is the token before the prompt; the weights are 1 and, unless set, 0.1. Without a prior prompt
 * and at weight 1 it is SFT.
 */
export const cRlft = variant(sft, {
  id: 'cRlft',
  title: 'C-RLFT',
  summary:
    'Imitates a fixed set of demonstrations, few by an expert and many by a careless writer; a prior prompt tells them apart. For the task “Sums in several formats”.',
  formula: 'L = −mean w_c log π(y | c, x),  w = 1 for the expert’s class, w < 1 for the other',
  citation: '2309.11235',
  trl: { none: 'TRL has no C-RLFT' },
  verl: { none: 'verl has no C-RLFT' },
  settings: [otherWeight],
  stepSettings: [drawnPerPrompt, setSize, expertShare, shuffledClasses],
  sampling: fromDemonstrationSet,
  needsWriters: true,
  text: `# The reward is 1 for the expert's class and 0 for the other, whose tokens count less.
weight = where(R > 0.5, 1, other_weight)
-(weight * logp)`,
});
