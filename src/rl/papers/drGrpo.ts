/** @file Dr. GRPO, "GRPO done right" (arXiv 2503.20783). */
import { variant } from '../formula/paper.ts';
import { unscaled } from '../advantages/index.ts';
import { constantNorm } from '../objectives/aggregation.ts';
import { clippedSettings, clippedText } from '../objectives/clipped.ts';
import { grpo } from './grpo.ts';

/** GRPO without division by the group's standard deviation and by the length of a completion. */
export const drGrpo = variant(grpo, {
  id: 'drGrpo',
  title: 'Dr. GRPO',
  summary:
    'GRPO without the two divisions that favour long wrong completions and prompts that are too easy or too hard.',
  formula: 'J = Σ min(r A, clip(r, 1−ε, 1+ε) A) / (B · longest) − β k3,  A = R − mean R',
  citation: '2503.20783',
  trl: { lossType: 'dr_grpo' },
  verl: { lossMode: 'vanilla', aggregation: 'seq-mean-token-sum-norm' },
  advantage: unscaled,
  settings: clippedSettings,
  tokenWeights: constantNorm,
  text: clippedText,
});
