/** @file GRPO as in DeepSeek-V3.2: unbiased KL penalty and off-policy sequence mask (arXiv 2512.02556, section 3.1). */
import { variant } from '../formula/paper.ts';
import { offPolicyMask, offPolicyThreshold } from '../objectives/offPolicyMask.ts';
import { beta, epsilon } from '../objectives/settings.ts';
import { grpo } from './grpo.ts';

/**
 * GRPO whose KL penalty is weighted by the ratio, so that its gradient is right for completions of an older policy too,
 * and without completions of A < 0 that the policy has moved away from. The paper gives no numbers: beta is that of
 * GRPO (arXiv 2402.03300), the threshold TRL's example.
 */
export const deepSeekV32 = variant(grpo, {
  id: 'deepSeekV32',
  title: 'GRPO of DeepSeek-V3.2',
  summary:
    'GRPO for several updates a batch: the KL penalty stays unbiased, and bad completions that have become unlikely are left out.',
  formula:
    'J = E[M min(r A, clip(r, 1−ε, 1+ε) A) − β r k3],  M = 0 where A < 0 and mean(log π_sampler − log π) > threshold',
  citation: '2512.02556',
  trl: { lossType: 'grpo' },
  verl: { none: 'verl has no off-policy sequence mask in its loss' },
  settings: [epsilon, { ...beta, default: 0.04 }, offPolicyThreshold],
  regulariser: { kl: 'k3', placement: 'loss', biasCorrection: true },
  masks: { off_policy: offPolicyMask },
  text: `# A completion with A < 0 that has become unlikely no longer counts.
away = sg(mean(samplerLogp - logp))
counts = where(A < 0, away <= off_policy_mask_threshold, 1)
clipped = clip(ratio, 1 - epsilon, 1 + epsilon)
-counts * min(ratio * A, clipped * A)`,
});
