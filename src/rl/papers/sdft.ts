/** @file On-policy self-distillation (SDFT, arXiv 2601.19897). */
import { variant } from '../formula/paper.ts';
import { teacher } from '../advantages/teacher.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { grpo } from './grpo.ts';

/**
 * Descends KL(pi, pi_teacher) token by token on the policy's own completions; no reward is read. The teacher is the
 * same model with more in its prompt: here the base with the task's first control token. The divergence is estimated
 * from the sampled token, whose gradient on average is that of the sum over the vocabulary. In the paper the teacher
 * reads a demonstration and follows the policy as a moving average.
 */
export const sdft = variant(grpo, {
  id: 'sdft',
  title: 'SDFT (approximate: the teacher is the base with a control token)',
  summary:
    'The base, asked for one way of writing, teaches the policy, which is not asked: each of its own tokens is pushed towards what the teacher would write. For the task “Sums in several formats” and the base “All text tasks”.',
  formula: 'J = Σ r A / tokens,  A = log π_teacher − log π_old of each token',
  citation: '2601.19897',
  trl: { none: 'TRL has it in an experimental SDFTTrainer' },
  verl: { none: 'verl has no self-distillation' },
  settings: [],
  advantage: teacher,
  regulariser: null,
  tokenWeights: tokenMean,
  text: `# A token that the teacher finds likelier than the policy becomes likelier.
-ratio * A`,
});
