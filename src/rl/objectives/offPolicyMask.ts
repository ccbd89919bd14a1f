/**
 * @file Off-policy sequence masking (DeepSeek-V3.2, arXiv 2512.02556; TRL's `off_policy_mask_threshold`): completions
 * with A < 0 that have become much less likely since they were sampled give no gradient.
 */
import {
  cast,
  greater,
  greaterOrEqual,
  lessOrEqual,
  max,
  mul,
  stopGradient,
  sub,
  type Value,
  where,
} from '../../engine/graph/index.ts';
import { UsageError } from '../../lib/assert.ts';
import { type Algorithm, ownAdvantage } from './algorithm.ts';
import type { Setting } from '../words/setting.ts';
import { sequenceMean } from './sequence.ts';
import type { Terms } from './terms.ts';

export const offPolicyThreshold: Setting = {
  id: 'off_policy_mask_threshold',
  default: 0.5,
  min: 0,
  max: 100,
  summary:
    'Nats per token by which a completion may have become less likely since it was sampled; beyond that one with A < 0 no longer counts.',
};

/**
 * 1 where a token counts, else 0, [B, T]: 0 where A < 0 and the mean over the completion of log pi_sampler - log pi is
 * above the threshold. Constant for the gradient. 0 outside completions.
 */
export function offPolicyMask({ samplerLogProbs, logProbs, advantages, mask, setting }: Terms): Value {
  const away = sequenceMean(sub(samplerLogProbs, logProbs), { mask }); // [B, 1]
  const near = cast(lessOrEqual(away, setting(offPolicyThreshold.id)), 'float');
  return stopGradient(mul(max(near, cast(greaterOrEqual(advantages, 0), 'float')), mask));
}

/**
 * The algorithm with advantage and reward 0 where `offPolicyMask` is 0. Only terms that read them vanish; the KL
 * penalty and the imitation of an expert remain (TRL masks before it adds the KL penalty). An algorithm that has the
 * mask in its text stays as it is. UsageError for an algorithm without advantages.
 */
export function withOffPolicyMask(algorithm: Algorithm): Algorithm {
  const why = ownAdvantage(algorithm) ?? algorithm.freshOnly;
  if (why !== undefined) throw new UsageError(`${offPolicyThreshold.id}: ${algorithm.id} ${why}`);
  if (algorithm.settings.some(({ id }) => id === offPolicyThreshold.id)) return algorithm;
  return {
    ...algorithm,
    settings: [...algorithm.settings, offPolicyThreshold],
    masks: { ...algorithm.masks, off_policy: offPolicyMask },
    tokenLoss: (terms) => {
      const counts = greater(offPolicyMask(terms), 0);
      return algorithm.tokenLoss({
        ...terms,
        advantages: where(counts, terms.advantages, 0),
        rewards: where(counts, terms.rewards, 0),
      });
    },
  };
}
