/** @file Soft Adaptive Policy Optimization (arXiv 2511.20347). */
import { div, greater, mul, neg, sigmoid, sub, where } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { ratio } from '../objectives/ratio.ts';
import { beta } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

const temperature = (id: string, value: number, side: string): Setting => ({
  id,
  default: value,
  min: 0.01,
  max: 100,
  summary: `How soon the gradient fades as the ratio leaves 1, for ${side}.`,
});

/** GRPO, but a sigmoid gate takes the place of the clip: its slope at r = 1 is 1, and fades on both sides. */
export const sapo: Algorithm = {
  ...grpo,
  id: 'sapo',
  title: 'SAPO',
  summary: 'A soft gate instead of a hard clip: tokens far from the sampling policy fade out instead of being cut off.',
  formula: 'J = E[(4/τ) σ(τ (r − 1)) A − β k3],  τ = τ_pos where A > 0, else τ_neg',
  citation: '2511.20347',
  settings: [
    temperature('sapo_temperature_pos', 1, 'gains'),
    temperature('sapo_temperature_neg', 1.05, 'losses'),
    beta,
  ],
  tokenLoss: (terms) => {
    const tau = where(
      greater(terms.advantages, 0),
      terms.setting('sapo_temperature_pos'),
      terms.setting('sapo_temperature_neg'),
    ); // [B, T]
    const gate = mul(div(4, tau), sigmoid(mul(tau, sub(ratio(terms), 1))));
    return neg(mul(gate, terms.advantages));
  },
  tokenWeights: sequenceMeanTokenMean,
};
