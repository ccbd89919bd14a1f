/** @file KL-Cov (The Entropy Mechanism of RL for Reasoning Language Models, arXiv 2505.22617, eq. 14). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { beta } from '../objectives/settings.ts';
import { covariances, marksAt } from '../objectives/selection.ts';
import { bnpo } from './bnpo.ts';

const share: Setting = {
  id: 'kl_cov_ratio',
  default: 0.0002,
  min: 0,
  max: 1,
  summary: 'Share of the tokens, those of highest covariance, that are held back, at least one.',
};
const coefficient: Setting = {
  id: 'ppo_kl_coef',
  default: 1,
  min: 0,
  max: 100,
  summary: 'How strongly a chosen token is held to its probability when sampled.',
};

/**
 * The policy gradient without a clip, with a penalty |log pi - log pi_old| on the few tokens that would lower entropy
 * most (verl's `kl_cov`).
 */
export const klCov = variant(bnpo, {
  id: 'klCov',
  title: 'KL-Cov',
  summary: 'Entropy is kept by holding back the few tokens that are both very likely and rewarded.',
  formula: 'L = Σ [−r A + c · chosen · |log r|] / tokens,  chosen: the highest cov(log π, A)',
  citation: '2505.22617',
  trl: { none: 'TRL has no KL-Cov' },
  verl: { lossMode: 'kl_cov', aggregation: 'token-mean' },
  settings: [coefficient, beta],
  stepSettings: [share],
  clips: 'otherwise',
  selection: {
    reads: 'logProbs',
    choose(facts) {
      const sorted = covariances(facts).toSorted((a, b) => b.covariance - a.covariance);
      const count = Math.min(
        sorted.length,
        Math.max(1, Math.floor((facts.settings[share.id] ?? share.default) * sorted.length)),
      );
      return marksAt(
        facts.mask.length,
        sorted.slice(0, count).map(({ index }) => index),
      );
    },
  },
  text: `# The chosen tokens are held to their probability when sampled.
held = ppo_kl_coef * isSelected * abs(logRatio)
-ratio * A + held`,
});
