/** @file Soft Adaptive Policy Optimization (arXiv 2511.20347). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { beta } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

const temperature = (id: string, value: number, side: string): Setting => ({
  id,
  default: value,
  min: 0.01,
  max: 100,
  summary: `How soon the gradient fades as the ratio leaves 1, for ${side}.`,
});

/** GRPO with a sigmoid gate instead of the clip: its slope is 1 at r = 1 and fades on both sides. */
export const sapo = variant(grpo, {
  id: 'sapo',
  title: 'SAPO',
  summary: 'A soft gate instead of a hard clip: tokens far from the sampling policy fade out instead of being cut off.',
  formula: 'J = E[(4/τ) σ(τ (r − 1)) A − β k3],  τ = τ_pos where A > 0, else τ_neg',
  citation: '2511.20347',
  trl: { lossType: 'sapo', ownAggregation: true },
  verl: { lossMode: 'sapo', aggregation: 'seq-mean-token-mean' },
  settings: [
    temperature('sapo_temperature_pos', 1, 'gains'),
    temperature('sapo_temperature_neg', 1.05, 'losses'),
    beta,
  ],
  tokenWeights: sequenceMeanTokenMean,
  text: `# A sigmoid gate instead of the clip.
tau = where(A > 0, sapo_temperature_pos, sapo_temperature_neg)
gate = 4 / tau * sigmoid(tau * (ratio - 1))
-gate * A`,
});
