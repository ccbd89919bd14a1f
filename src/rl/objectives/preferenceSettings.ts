/** @file Settings that the losses over pairs share, under TRL's names and with its defaults. */
import type { Setting } from '../words/setting.ts';

/** Never 0: without it there is no divergence that a pair could be judged by. */
export const preferenceBeta: Setting = {
  id: 'beta',
  default: 0.1,
  min: 0.001,
  max: 100,
  summary: 'How strongly the policy is held to the base; higher lets a pair move it less.',
};
export const labelSmoothing: Setting = {
  id: 'label_smoothing',
  default: 0,
  min: 0,
  max: 0.49,
  summary: 'Share of pairs that are taken to be labelled the wrong way round.',
};
