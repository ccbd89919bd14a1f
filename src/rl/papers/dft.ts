/** @file Dynamic fine-tuning (arXiv 2508.05629). */
import { variant } from '../formula/paper.ts';
import { sft } from './sft.ts';

/** SFT, but each token is weighted by its probability: -sg[pi] log pi (TRL's SFT `loss_type` `dft`). */
export const dft = variant(sft, {
  id: 'dft',
  title: 'DFT',
  summary: 'SFT whose tokens count by how likely they already are, which takes out its bias towards unlikely tokens.',
  formula: 'L = −mean sg[π] log π',
  citation: '2508.05629',
  trl: { none: 'TRL has it in SFTTrainer, loss_type "dft"' },
  verl: { none: 'verl has no DFT' },
  text: `# Each token counts by how likely it already is.
-sg(p) * logp`,
});
