/** @file Clip-Cov (The Entropy Mechanism of RL for Reasoning Language Models, arXiv 2505.22617, eq. 12). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { clipRegions } from '../objectives/clipRegions.ts';
import { clippedSettings, clippedSides } from '../objectives/clipped.ts';
import { covariances, marksAt } from '../objectives/selection.ts';
import type { SelectionFacts } from '../objectives/tokenSelection.ts';
import { bnpo } from './bnpo.ts';

const share: Setting = {
  id: 'clip_cov_ratio',
  default: 0.0002,
  min: 0,
  max: 1,
  summary: 'Share of the tokens that lose their gradient, at least one.',
};
const low: Setting = {
  id: 'clip_cov_lb',
  default: 1,
  min: -1e6,
  max: 1e6,
  summary: 'Only tokens whose covariance is above this can be chosen.',
};
const high: Setting = {
  id: 'clip_cov_ub',
  default: 5,
  min: -1e6,
  max: 1e6,
  summary: 'Only tokens whose covariance is below this can be chosen.',
};

/** Whether the clip has already removed the token's gradient; verl and SkyRL do not draw such tokens. */
function isClipped({ logProbs, oldLogProbs, advantages, settings }: SelectionFacts, index: number): boolean {
  const ratio = Math.exp((logProbs[index] as number) - (oldLogProbs[index] as number));
  return Object.values(clipRegions(bnpo, settings)).some((cuts) => cuts(ratio, advantages[index] as number));
}

/**
 * GRPO with a token mean, without a random few of the unclipped tokens of high covariance, which would lower entropy
 * most (verl's `clip_cov`).
 */
export const clipCov = variant(bnpo, {
  id: 'clipCov',
  title: 'Clip-Cov',
  summary: 'Entropy is kept by leaving out a few of the tokens that are both likely and rewarded.',
  formula:
    'J = Σ keep · min(r A, clip(r, 1−ε, 1+ε_high) A) / tokens,  keep = 0 on some tokens with cov(log π, A) in (ω_low, ω_high)',
  citation: '2505.22617',
  trl: { none: 'TRL has no Clip-Cov' },
  verl: { lossMode: 'clip_cov', aggregation: 'token-mean' },
  settings: clippedSettings,
  stepSettings: [share, low, high],
  selection: {
    reads: 'logProbs',
    choose(facts) {
      const { mask, settings, random } = facts;
      const all = covariances(facts);
      const eligible = all.filter(
        ({ index, covariance }) =>
          covariance > (settings[low.id] ?? low.default) &&
          covariance < (settings[high.id] ?? high.default) &&
          !isClipped(facts, index),
      );
      const count = Math.max(1, Math.floor((settings[share.id] ?? share.default) * all.length));
      const left = marksAt(mask.length, random.shuffle(eligible.map(({ index }) => index)).slice(0, count));
      return mask.map((m, i) => (m > 0 && left[i] === 0 ? 1 : 0));
    },
  },
  text: `${clippedSides}
# Tokens that are left out have no gradient.
-min(ceiling, clipped) * isSelected`,
});
