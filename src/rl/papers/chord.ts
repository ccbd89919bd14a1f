/** @file CHORD: on-policy learning and imitation of an expert in one loss (arXiv 2508.11408). */
import { variant } from '../formula/paper.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Setting, Settings } from '../words/setting.ts';
import { dualClipOf } from '../objectives/clipped.ts';
import { clipRatioC } from '../objectives/settings.ts';
import { demonstrationsBeside, demonstrationsPerPrompt } from '../sampling/demonstrations.ts';
import { demonstrationPrompts, demonstrationSettings } from '../sampling/routing.ts';
import { grpo } from './grpo.ts';

export const mu: Setting = {
  id: 'mu',
  default: 0.1,
  min: 0,
  max: 1,
  summary: 'Share of the expert’s completions in the loss; the rest is the policy’s own.',
};
const muValley: Setting = {
  id: 'mu_valley',
  loop: true,
  default: 0.1,
  min: 0,
  max: 1,
  summary: 'Share of the expert’s completions once μ has decayed.',
};
const muWarmup: Setting = {
  id: 'mu_warmup_steps',
  loop: true,
  default: 0,
  min: 0,
  max: 10_000,
  summary: 'Steps over which μ rises from 0 to its peak.',
};
const muDecay: Setting = {
  id: 'mu_decay_steps',
  loop: true,
  default: 0,
  min: 0,
  max: 10_000,
  summary: 'Steps over which μ then falls to its valley, along a cosine; 0 leaves it at its peak.',
};
const phi: Setting = {
  id: 'phi',
  default: 1,
  min: 0,
  max: 1,
  summary:
    'At 1 an expert’s token counts by p (1 − p), so that neither known nor alien ones rule; at 0 all count the same.',
};

/** mu at `step`: linear up to the peak, then a cosine down to the valley (Trinity-RFT's `mu_schedule_function`). */
export function muAt(
  step: number,
  { peak, valley, warmup, decay }: Readonly<Record<'peak' | 'valley' | 'warmup' | 'decay', number>>,
): number {
  if (step < warmup) return (peak * step) / warmup;
  if (decay === 0) return peak;
  if (step >= warmup + decay) return valley;
  return valley + (peak - valley) * 0.5 * (1 + Math.cos((Math.PI * (step - warmup)) / decay));
}

const muSchedule = (settings: Settings, step: number): Settings => ({
  ...settings,
  mu: muAt(step, {
    peak: settings.mu ?? mu.default,
    valley: settings.mu_valley ?? muValley.default,
    warmup: settings.mu_warmup_steps ?? 0,
    decay: settings.mu_decay_steps ?? 0,
  }),
});

/** Settings of the GRPO part; no dual clip by default. */
export const ownPartSettings: readonly Setting[] = [...grpo.settings, { ...clipRatioC, default: clipRatioC.max }];

/**
 * Text of (1 - mu) GRPO on the policy's tokens, dual-clipped as in Trinity-RFT, and mu `imitation` on the expert's.
 * `ownShare` is the factor of its KL penalty.
 */
export const mixedWith = (
  imitation: string,
): string => `clipped = -min(ratio * A, clip(ratio, 1 - epsilon, 1 + epsilon) * A)
own = ${dualClipOf('clipped')}
imitation = ${imitation}
loss = where(expert > 0.5, mu * imitation, (1 - mu) * own)`;

/** 1 - mu on the policy's tokens, 0 on the expert's. */
export const ownShare = 'where(expert > 0.5, 0, 1 - mu)';

/**
 * One token mean over the expert's completions and one over the policy's own; a part without tokens adds nothing.
 * Returns [B].
 */
export function separateTokenMeans(completions: readonly CompletionShape[]): Float32Array {
  const tokens = (expert: boolean): number =>
    completions.reduce((sum, c) => sum + ((c.expert ?? false) === expert ? c.length : 0), 0);
  const counts = { own: tokens(false), expert: tokens(true) };
  return Float32Array.from(completions, ({ length, expert }) =>
    length > 0 ? 1 / (expert ? counts.expert : counts.own) : 0,
  );
}

/**
 * GRPO, but mu of the loss is SFT on an expert's tokens, each weighted by phi = sg[p (1 - p)] (CHORD-phi; Trinity-RFT's
 * `mix_chord`).
 */
export const chord = variant(grpo, {
  id: 'chord',
  title: 'CHORD',
  summary: 'GRPO on the policy’s own completions and imitation of an expert’s, mixed by μ.',
  formula: 'L = (1−μ) L_GRPO − μ mean sg[p (1−p)] log p over the expert’s tokens',
  citation: '2508.11408',
  trl: { none: 'TRL has no CHORD' },
  verl: { none: 'verl has no CHORD' },
  settings: [...ownPartSettings, mu, phi],
  clips: 'otherwise',
  stepSettings: [demonstrationsPerPrompt, demonstrationPrompts, ...demonstrationSettings, muValley, muWarmup, muDecay],
  sampling: demonstrationsBeside,
  penaltyShareText: ownShare,
  schedule: muSchedule,
  tokenWeights: separateTokenMeans,
  fixedWeights: 'takes a mean over its own tokens and one over the expert’s',
  text: `# GRPO on the policy's own completions, imitation of the expert's.
weight = sg(1 - phi + phi * (p * (1 - p)))
${mixedWith('-(weight * logp)')}
loss`,
});
