/** @file What the losses over pairs share: settings under TRL's names and with its defaults, lines of text, words. */
import type { Untranslated } from '../words/exportWords.ts';
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

/** m: beta times how much likelier the preferred completion has become than the other, measured from the base. */
export const marginText = `gain = sum(logp - refLogp)
m = beta * (chosen(gain) - rejected(gain))`;

/** u and v: beta times the log-ratio to the base, of the preferred completion and of the other. */
export const scaledText = `gain = sum(logp - refLogp)
u = beta * chosen(gain)
v = beta * rejected(gain)`;

export const inDpoTrainer = (lossType: string): Untranslated => ({
  none: `TRL has it in DPOTrainer, loss_type "${lossType}"`,
});
export const noPairsInVerl: Untranslated = { none: 'verl has no losses over pairs' };
