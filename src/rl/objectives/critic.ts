/**
 * @file The loss of the critic, a linear head on the policy's hidden states that is trained with the policy (PPO, arXiv
 * 1707.06347; clipped as in TRL).
 */
import { add, clip, max, mul, square, sub, type Value } from '../../engine/graph/index.ts';
import type { Algorithm } from './algorithm.ts';
import type { Setting } from '../words/setting.ts';
import type { Terms } from './terms.ts';

const valueCoef: Setting = {
  id: 'vf_coef',
  default: 0.1,
  min: 0,
  max: 10,
  summary: 'Weight of the critic’s loss beside the policy’s.',
};
const valueClip: Setting = {
  id: 'cliprange_value',
  default: 0.2,
  min: 0,
  max: 100,
  summary:
    'How far the critic’s value may move from what it was when the completion was sampled before its gradient is cut.',
};
const criticSettings: readonly Setting[] = [valueCoef, valueClip];

/** max((V - R)^2, (clip(V, V_old - c, V_old + c) - R)^2) / 2 at each token, [B, T]. */
function valueLoss({
  values,
  oldValues,
  returns,
  setting,
}: Pick<Terms, 'values' | 'oldValues' | 'returns' | 'setting'>): Value {
  const range = setting(valueClip.id);
  const held = clip(values, sub(oldValues, range), add(oldValues, range));
  return mul(0.5, max(square(sub(values, returns)), square(sub(held, returns))));
}

/** The algorithm with vf_coef times `valueLoss` added to the loss of each token. */
export const withCritic = (algorithm: Algorithm): Algorithm => ({
  ...algorithm,
  settings: [...algorithm.settings, ...criticSettings],
  tokenLoss: (terms) => add(algorithm.tokenLoss(terms), mul(terms.setting(valueCoef.id), valueLoss(terms))),
});
