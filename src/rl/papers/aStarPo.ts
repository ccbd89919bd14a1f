/** @file Optimal Advantage Regression (A*-PO, arXiv 2505.20686). */
import { variant } from '../formula/paper.ts';
import { overOptimalValue } from '../advantages/optimalValue.ts';
import { sequenceMeanTokenMean } from '../objectives/aggregation.ts';
import { grpo } from './grpo.ts';

/**
 * Least squares: beta2 times the completion's log-ratio to the base is to equal R - V* (algorithm 1; TRL's
 * A2POTrainer). V* is estimated from the base's completions in the step that meets the prompt. All prompts take part,
 * also those of which the base solves none.
 */
export const aStarPo = variant(grpo, {
  id: 'aStarPo',
  title: 'A*-PO',
  summary: 'The policy’s log-ratio to the base learns to equal the reward less the optimal value of the prompt.',
  formula: 'L = (β₂ log(π/π_ref) − (R − V*))²,  V* = β₁ log mean exp(R/β₁) over the base’s completions',
  citation: '2505.20686',
  trl: { none: 'TRL has it in an experimental A2POTrainer' },
  verl: { none: 'verl has no A*-PO' },
  settings: [
    {
      id: 'beta2',
      default: 1e-3,
      min: 1e-6,
      max: 100,
      summary: 'How strongly the policy is held to the base; higher lets an advantage move it less.',
    },
  ],
  advantage: overOptimalValue,
  fixedAdvantage: 'regresses on the advantage over the optimal value',
  fixedWeights: 'takes a mean over completions',
  tokenWeights: sequenceMeanTokenMean,
  regulariser: null,
  text: `# The scaled log-ratio of a completion is to equal its optimal advantage.
square(beta2 * sum(logp - refLogp) - A)`,
});
