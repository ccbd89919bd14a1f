/** @file On-policy distillation by the reverse divergence, token by token (MiniLLM, arXiv 2306.08543). */
import { variant } from '../formula/paper.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { grpo } from './grpo.ts';

/**
 * Descends KL(pi, pi_teacher) on the policy's own completions, each token paid by the log-ratio of the teacher, the
 * reference of the run, to the policy that sampled it: the single-step part of the paper's gradient (eq. 4), whose mean
 * over samples is that of the sum over the vocabulary. No reward is read.
 */
export const opd = variant(grpo, {
  id: 'opd',
  title: 'On-policy distillation',
  summary:
    'The policy writes, and each of its tokens is paid by how much likelier a teacher, the reference of this stage, would have written it. No reward is read.',
  formula: 'J = Σ r (log π_ref − log π_old) / tokens,  π_ref the teacher',
  citation: '2306.08543',
  trl: { none: 'TRL has it in DistillationTrainer' },
  verl: { none: 'verl has it in a recipe of its own' },
  settings: [],
  fixedAdvantage: 'compares the policy with a teacher and reads no advantages',
  regulariser: null,
  tokenWeights: tokenMean,
  text: `# A token that the teacher finds likelier than the policy did becomes likelier.
-ratio * (refLogp - oldLogp)`,
});
