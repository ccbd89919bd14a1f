/** @file MLLM-CTBench (arXiv 2508.08275): working is forgotten less than answers, and RFT needs the KL penalty. */
import { type Arm, type Experiment, type ExperimentRun, ours, type Rule } from '../experiment.ts';
import { differs } from './difference.ts';
import {
  cells,
  disagreement,
  equallyLearnt,
  fast,
  figures,
  kept,
  lost,
  matrix,
  meanOf,
  preconditions,
  replayed,
  sftExpert,
  sftOwn,
  stepsLost,
} from './forgetting.ts';

const free = fast('0');
const penalised = fast('0.1');
const strong = fast('0.2');

/** Mean losses of one arm. */
const workingKept = (arm: Arm): Rule => ({
  rule: `{${arm.id}}: less right working is lost on earlier rules than right answers`,
  holds(runs) {
    const [working, answers] = [stepsLost, lost].map((of) => meanOf(of, runs, arm));
    return typeof working === 'number' && typeof answers === 'number' && working < answers;
  },
});

/** Right working that GRPO loses, where it is more than the right answers. */
function workingLost(runs: readonly ExperimentRun[]): string | null {
  const [working, answers] = [stepsLost, lost].map((of) => meanOf(of, runs, free));
  if (typeof working !== 'number' || typeof answers !== 'number' || working <= answers) return null;
  return `Rewarded for answers alone, GRPO without the penalty loses ${working.toFixed(1)} points of right working on earlier rules and ${answers.toFixed(1)} of right answers: it goes on answering right after working that is wrong.`;
}

export const paper8: Experiment = {
  id: 'paper-8',
  paper: 8,
  claim:
    'Of tasks learnt in order the working is forgotten less than the answers; fine-tuning by reinforcement forgets less than supervised fine-tuning on worked answers with the KL penalty, and more without it.',
  method:
    'Runs as for paper 2, with one learning rate for GRPO and for SFT in the base’s own way: at half of it, which keeps most, the pilot showed no difference between them. Supervised fine-tuning copies worked answers, in the base’s own way or in another’s; the paper’s rules read the first, since the second destroys every earlier rule. Replay: a quarter of the prompts are of earlier rules.',
  preset: 'default',
  policies: ['strings7'],
  arms: [penalised, strong, free, sftOwn, sftExpert, replayed],
  metrics: [...figures, ...cells],
  comparisons: [free, penalised, strong].map(({ id }) => ({ of: id, against: sftOwn.id, metric: lost.id })),
  methodArm: penalised.id,
  measure: { metric: kept.id, best: 'highest' },
  power: { of: free.id, against: sftOwn.id, metric: kept.id },
  live: { of: free.id, against: sftExpert.id, side: 'above', recorded: sftOwn.id },
  figure: matrix,
  says: disagreement,
  finding: workingLost,
  preconditions: [...preconditions, equallyLearnt([penalised, strong, free, sftOwn])],
  rules: [
    workingKept(free),
    workingKept(sftOwn),
    differs(free.id, 'above', sftOwn.id, lost),
    differs(penalised.id, 'below', sftOwn.id, lost),
    ours(differs(strong.id, 'below', free.id, lost)),
    ours(differs(free.id, 'above', sftExpert.id, lost)),
    ours(differs(replayed.id, 'below', free.id, lost)),
  ],
};
