/** @file Settings that several objectives share, under TRL's names. */
import type { Setting } from '../words/setting.ts';

export const epsilon: Setting = {
  id: 'epsilon',
  default: 0.2,
  min: 0,
  max: 1,
  summary: 'How far the ratio may move before its gradient is cut.',
};
export const beta: Setting = {
  id: 'beta',
  default: 0,
  min: 0,
  max: 10,
  summary: 'Weight of the divergence from the base.',
};
export const epsilonHigh: Setting = {
  id: 'epsilon_high',
  default: 0.28,
  min: 0,
  max: 10,
  summary: 'How far above 1 the ratio may rise before its gradient is cut; the clip range ε is then how far below.',
};
export const delta: Setting = {
  id: 'delta',
  default: 4,
  min: 1,
  max: 1e6,
  summary:
    'Cap of the ratio where the advantage is negative, which the plain clip leaves open; at its largest it does nothing.',
};
export const deltaLow: Setting = {
  id: 'delta_low',
  default: 0,
  min: 0,
  max: 1,
  summary: 'Floor of the ratio where the advantage is positive, which the plain clip leaves open; 0 is none.',
};
export const clipRatioC: Setting = {
  id: 'clip_ratio_c',
  default: 3,
  min: 1,
  max: 1e6,
  summary: 'How many times its advantage the loss of a bad token may reach; at its largest it does nothing.',
};
export const entropyCoef: Setting = {
  id: 'entropy_coef',
  default: 0.01,
  min: 0,
  max: 1,
  summary: 'Weight of a bonus for entropy, which keeps the policy from settling too early.',
};
