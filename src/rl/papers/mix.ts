/** @file MIX: GRPO and SFT in one loss, each part in proportion to its rows (Trinity-RFT, arXiv 2505.17826). */
import { variant } from '../formula/paper.ts';
import type { CompletionShape } from '../words/completionShape.ts';
import type { Setting } from '../words/setting.ts';
import { chord, mixedWith, mu, ownPartSettings, ownShare, separateTokenMeans } from './chord.ts';

const rowsOf = (kind: string, of: string): Setting => ({
  id: `train_batch_size_${kind}`,
  default: 1,
  min: 1,
  max: 1e6,
  summary: `Rows of ${of} that a batch is reckoned to have; the part counts by its rows over this.`,
});
const usual = rowsOf('usual', 'the policy’s own');
const expert = rowsOf('expert', 'the expert');

/** The token mean of each part, times the number of its rows, [B]. */
function scaledMeans(completions: readonly CompletionShape[]): Float32Array {
  const rows = (isExpert: boolean): number =>
    completions.filter(({ expert: written = false }) => written === isExpert).length;
  const scales = { own: rows(false), expert: rows(true) };
  return separateTokenMeans(completions).map(
    (weight, row) => weight * (completions[row]?.expert ? scales.expert : scales.own),
  );
}

/** Divisor of each part: its configured number of rows. */
const rowsBehind = `where(expert > 0.5, ${expert.id}, ${usual.id})`;

/** CHORD without phi, each part in proportion to its rows: Trinity-RFT's `mix`. */
export const mix = variant(chord, {
  id: 'mix',
  title: 'MIX',
  summary: 'A fixed mixture of GRPO on the policy’s own completions and SFT on an expert’s.',
  formula: 'L = (1−μ) (n/N) L_GRPO + μ (n_e/N_e) L_SFT',
  citation: '2505.17826',
  trl: { none: 'TRL has no MIX' },
  verl: { none: 'verl has no MIX' },
  settings: [...ownPartSettings, mu, usual, expert],
  penaltyShareText: `${ownShare} / ${rowsBehind}`,
  tokenWeights: scaledMeans,
  text: `# GRPO on the policy's own completions, imitation of the expert's, each by its rows.
${mixedWith('-logp')}
loss / ${rowsBehind}`,
});
