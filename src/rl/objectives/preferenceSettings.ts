/** @file Shared by the losses over pairs: settings with TRL's names and defaults, lines of text, export words. */
import type { Untranslated } from '../words/exportWords.ts';
import type { Setting } from '../words/setting.ts';

/** Above 0: at 0 the margin of every pair would be 0. */
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

/** m = beta (log-ratio of the chosen completion - that of the rejected one), each to the base. */
export const marginText = `gain = sum(logp - refLogp)
m = beta * (chosen(gain) - rejected(gain))`;

/** u, v = beta times the log-ratio to the base of the chosen and of the rejected completion. */
export const scaledText = `gain = sum(logp - refLogp)
u = beta * chosen(gain)
v = beta * rejected(gain)`;

export const inDpoTrainer = (lossType: string): Untranslated => ({
  none: `TRL has it in DPOTrainer, loss_type "${lossType}"`,
});
export const noPairsInVerl: Untranslated = { none: 'verl has no losses over pairs' };
