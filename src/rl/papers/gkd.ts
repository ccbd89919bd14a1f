/** @file Generalised Knowledge Distillation (GKD, arXiv 2306.13649). */
import { variant } from '../formula/paper.ts';
import type { Setting } from '../words/setting.ts';
import { tokenMean } from '../objectives/aggregation.ts';
import { grpo } from './grpo.ts';

const between: Setting = {
  id: 'gkd_beta',
  default: 0.5,
  min: 0.01,
  max: 0.99,
  summary:
    'Where the two distributions are compared: near 0 the policy is to cover what the teacher writes, near 1 to write only what the teacher would.',
};

/**
 * The Jensen-Shannon divergence D(beta) between the teacher and the policy at each of the policy's own tokens (section
 * 2, with lambda 1 of algorithm 1); the teacher is the reference of the run. TRL's beta is the same. No reward is read,
 * and no gradient flows through the sampling.
 */
export const gkd = variant(grpo, {
  id: 'gkd',
  title: 'GKD',
  summary:
    'The policy writes, and a teacher, the reference of this stage, says at each token what it would have written; the two distributions are drawn together. No reward is read.',
  formula: 'L = Σ [β KL(π_T, M) + (1−β) KL(π, M)] / tokens,  M = β π_T + (1−β) π',
  citation: '2306.13649',
  trl: { none: 'TRL has it in GKDTrainer' },
  verl: { none: 'verl has it in a recipe of its own' },
  settings: [between],
  fixedAdvantage: 'compares the policy with a teacher and reads no advantages',
  regulariser: null,
  tokenWeights: tokenMean,
  text: `# Both distributions are compared with one between them.
teacher = exp(refLogDistribution)
student = exp(logDistribution)
middle = log(gkd_beta * teacher + (1 - gkd_beta) * student)
far = gkd_beta * teacher * (refLogDistribution - middle)
near = (1 - gkd_beta) * student * (logDistribution - middle)
sumVocabulary(far + near)`,
});
