/** @file The reference point of KTO (arXiv 2402.01306, eq. 8): where a completion's gain turns into a loss. */
import { type Estimator, notInTrl, notInVerl } from './estimator.ts';

/**
 * max(0, mean over completions of the sum of `penalties`), [B], the same for all: beta KL(pi || pi_ref) from the
 * policy's own samples, for penalties beta (log pi - log pi_ref) of each token, [B * columns]. The paper's code
 * estimates it from mismatched prompts and completions, since it has no samples of the policy. NaN rewards are left
 * out.
 */
export function referencePoint(rewards: Float32Array, penalties: Float32Array, columns: number): Float32Array {
  const known = [...rewards.keys()].filter((row) => !Number.isNaN(rewards[row]));
  let total = 0;
  for (const row of known) for (let t = 0; t < columns; t++) total += penalties[row * columns + t] as number;
  return new Float32Array(rewards.length).fill(Math.max(0, total / Math.max(1, known.length)));
}

/** Not in the list of estimators: only the loss of KTO can use it. */
export const ktoReference: Estimator = {
  id: 'ktoReference',
  title: 'Reference point of KTO',
  summary:
    'No advantage: β times the divergence from the base, the same for all, beyond which KTO counts a likelier completion as a gain.',
  citation: '2402.01306',
  trl: notInTrl,
  verl: notInVerl,
  perToken: true,
  estimate: ({ rewards, tokens: { penalties, columns } }) => ({
    advantages: referencePoint(rewards, penalties, columns),
  }),
};
