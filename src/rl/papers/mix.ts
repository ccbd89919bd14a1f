/** @file MIX: GRPO and SFT in one loss, each part in proportion to its rows (Trinity-RFT, arXiv 2505.17826). */
import { div, greater, neg, type Value, where } from '../../engine/graph/index.ts';
import type { Algorithm } from '../objectives/algorithm.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Setting } from '../words/setting.ts';
import type { Terms } from '../objectives/terms.ts';
import { chord, mixed, mu, ownPartSettings, ownShare, separateTokenMeans } from './chord.ts';

const rowsOf = (kind: string, of: string): Setting => ({
  id: `train_batch_size_${kind}`,
  default: 1,
  min: 1,
  max: 1e6,
  summary: `Rows of ${of} that a batch is reckoned to have; the part counts by its rows over this.`,
});
const usual = rowsOf('usual', 'the policy’s own');
const expert = rowsOf('expert', 'the expert');

/** A token mean over each part, times the number of its rows. */
function scaledMeans(completions: readonly CompletionShape[]): Float32Array {
  const rows = (isExpert: boolean): number =>
    completions.filter(({ expert: written = false }) => written === isExpert).length;
  const scales = { own: rows(false), expert: rows(true) };
  return separateTokenMeans(completions).map(
    (weight, row) => weight * (completions[row]?.expert ? scales.expert : scales.own),
  );
}

/** The rows that a token's part is reckoned to have, [B, T]. */
const rowsBehind = (terms: Terms): Value =>
  where(greater(terms.expert, 0.5), terms.setting(expert.id), terms.setting(usual.id));

/** CHORD, but without phi, and the parts weigh by their rows: Trinity-RFT's `mix`. */
export const mix: Algorithm = {
  ...chord,
  id: 'mix',
  title: 'MIX',
  summary: 'A fixed mixture of GRPO on the policy’s own completions and SFT on an expert’s.',
  formula: 'L = (1−μ) (n/N) L_GRPO + μ (n_e/N_e) L_SFT',
  citation: '2505.17826',
  settings: [...ownPartSettings, mu, usual, expert],
  tokenLoss: (terms) => div(mixed(terms, neg(terms.logProbs)), rowsBehind(terms)),
  penaltyShare: (terms) => div(ownShare(terms), rowsBehind(terms)),
  tokenWeights: scaledMeans,
};
