/**
 * @file "RAFT: Reward rAnked FineTuning" (arXiv 2304.06767): imitating the best of each group against GRPO, at equal
 * samples.
 */
import { type Arm, everyRun, type Experiment, ours } from '../experiment.ts';
import { differs } from './difference.ts';
import {
  accuracyAfter,
  accuracyChange,
  distinctAfter,
  distinctBefore,
  greedyChange,
  lastEntropy,
  metric,
  passAtEightChange,
  trainingSeconds,
} from './measures.ts';

const STEPS = 40;
const common = ['--steps', String(STEPS), '--eval_problems', '96', '--eval_samples', '8'];
const arms: readonly Arm[] = [
  { id: 'raft', title: 'RAFT', flags: [...common, '--algorithm', 'raft'] },
  { id: 'grpo', title: 'GRPO', flags: common },
  {
    id: 'sft',
    title: 'SFT on demonstrations',
    flags: [...common, '--algorithm', 'sft'],
    note: 'Is shown worked answers, which the others have to find; as many of them as the others sample.',
  },
];

/** Accuracy above which arms can no longer differ. */
const CEILING = 95;
/** The least rise that counts as learning, in percentage points. */
const LEAST_RISE = 10;

export const paper41: Experiment = {
  id: 'paper-41',
  paper: 41,
  claim: `RAFT learns stably from the best of its own samples, held-out accuracy up by at least ${LEAST_RISE} points in every run, and being shown positives only it loses more entropy and diversity than GRPO does at equal samples.`,
  method: `${STEPS} steps of 64 completions in every arm, the same learning rate; 96 held-out problems with 8 completions each, the same before and after.`,
  preset: 'default',
  policies: ['default'],
  arms,
  metrics: [
    accuracyChange,
    accuracyAfter,
    lastEntropy,
    distinctAfter,
    distinctBefore,
    passAtEightChange,
    greedyChange,
    metric('kl', 'divergence from the base, last steps', 'nats/token', 3, (s) => s.lastKl ?? null),
    metric('steps', 'steps to 80 % of training completions', 'steps', 0, (s) => s.stepsToTarget ?? null),
    trainingSeconds,
  ],
  comparisons: [accuracyAfter, lastEntropy, distinctAfter].map(({ id }) => ({
    of: 'raft',
    against: 'grpo',
    metric: id,
  })),
  methodArm: 'raft',
  power: { of: 'raft', against: 'grpo', metric: accuracyChange.id },
  measure: { metric: accuracyChange.id, best: 'highest' },
  preconditions: [
    everyRun('grpo', `no ceiling: at most ${CEILING} % right at the end`, (s) => 100 * s.finalAccuracy <= CEILING),
  ],
  rules: [
    everyRun(
      'raft',
      `held-out accuracy up by at least ${LEAST_RISE} points`,
      (s) => 100 * (s.finalAccuracy - s.baseAccuracy) >= LEAST_RISE,
    ),
    ours(differs('raft', 'below', 'grpo', lastEntropy)),
    ours(differs('raft', 'below', 'grpo', distinctAfter)),
  ],
};
