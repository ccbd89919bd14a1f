/** @file Variational Sequence-level Soft Policy Optimization (VESPO, arXiv 2602.10693). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { beta } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

const shape = (id: string, value: number, effect: string): Setting => ({
  id,
  default: value,
  min: 0.0001,
  max: 100,
  summary: effect,
});

/**
 * log pi times A times sg[phi(w)], w the ratio of the whole completion, phi(w) = w^k exp(lambda (1 - w)): phi(1) = 1,
 * and phi falls on both sides of k / lambda. Bounds of the log-ratios as in TRL.
 */
export const vespo = variant(grpo, {
  id: 'vespo',
  title: 'VESPO',
  summary: 'The ratio of the whole completion passes through a smooth bump instead of a clip and only weighs log π.',
  formula: 'J = Σ sg[wᵏ e^(λ (1−w))] A log π / tokens − β k3,  w = exp(Σ (log π − log π_old))',
  citation: '2602.10693',
  trl: { lossType: 'vespo', ownAggregation: true },
  verl: { none: 'verl has no VESPO' },
  settings: [
    shape('vespo_k_pos', 2, 'How soon a gain fades as its completion becomes less likely.'),
    shape('vespo_lambda_pos', 3, 'How soon a gain fades as its completion becomes likelier.'),
    shape('vespo_k_neg', 3, 'How soon a loss fades as its completion becomes less likely.'),
    shape('vespo_lambda_neg', 2, 'How soon a loss fades as its completion becomes likelier.'),
    beta,
  ],
  tokenWeights: tokenMean,
  text: `# A bump of the whole completion's ratio w, 1 at w = 1, weighs log pi.
logw = clip(sum(clip(logRatio, -20, 20)), log(1e-8), 20)
k = where(A >= 0, vespo_k_pos, vespo_k_neg)
lambda = where(A >= 0, vespo_lambda_pos, vespo_lambda_neg)
weight = sg(exp(lambda + k * logw - lambda * exp(logw)))
-weight * A * logp`,
});
