/**
 * @file "OpenChat" (arXiv 2309.11235): few demonstrations by an expert and many by a careless writer, imitated with the
 * writer named before each problem.
 */
import { metricEffect } from '../effect.ts';
import { type Arm, everyRun, type Experiment, type ExperimentRun, ours, type Rule, runsOf } from '../experiment.ts';
import { differs } from './difference.ts';
import { accuracyAfter, accuracyChange, metric, percent } from './measures.ts';

const SET = 1000;
const EXPERTS = 0.1;
const STEPS =
  '--difficulty 4 --algorithm cRlft --lora_rank 32 --lora_alpha 32 --steps 200 --learning_rate 0.003 --lr_scheduler_type cosine --prompts_per_step 4 --num_generations 2 --eval_problems 256 --eval_samples 4';
const common = (set: readonly string[], rest: readonly string[] = []): string[] => [
  ...STEPS.split(' '),
  '--set',
  ['demonstrations_per_prompt=16', ...set].join(','),
  ...rest,
];
const whole = `demonstrations=${SET}`;
const AS_EXPERT = ['--prior_prompt', 'expert'];

const cRlft: Arm = { id: 'c-rlft', title: 'C-RLFT, asked as the expert', flags: common([whole], AS_EXPERT) };
const everything: Arm = {
  id: 'sft-all',
  title: 'SFT on all',
  flags: common([whole, 'other_weight=1']),
  note: 'Every demonstration counts the same, and nothing tells the writers apart.',
};
const expertOnly: Arm = {
  id: 'sft-expert',
  title: 'SFT on the expert’s alone',
  flags: common([`demonstrations=${SET * EXPERTS}`, 'expert_share=1']),
  note: 'The same updates on a tenth of the set, each demonstration ten times as often.',
};
const shuffled: Arm = {
  id: 'shuffled',
  title: 'C-RLFT, classes by lot',
  flags: common([whole, 'shuffled_classes=1'], AS_EXPERT),
  note: 'As many count as the expert’s, but which ones is drawn by lot.',
};

/** Accuracies between which a base can lose and win, in percent. */
const HEADROOM = [15, 60] as const;
/** The base may not prefer a token before training, in points. */
const ALIKE = 10;

const baseAlike: Rule = {
  rule: `the base is as accurate behind the expert’s token as without one, to ${ALIKE} points`,
  holds: (runs) =>
    runsOf(runs, cRlft.id).every(({ seed, summary }) =>
      runsOf(runs, everything.id)
        .filter((run) => run.seed === seed)
        .every((run) => 100 * Math.abs(run.summary.baseAccuracy - summary.baseAccuracy) <= ALIKE),
    ),
};

/** Sampled accuracy after training where no token stands before the problems. */
const bare = metric('bare', 'held-out accuracy without the token, after', '%', 1, (s) => percent(s.finalBare?.sampled));
const greedyAfter = metric('greedy', 'greedy accuracy, after', '%', 1, (s) => percent(s.finalGreedy));
const before = metric('before', 'held-out accuracy, before', '%', 1, (s) => percent(s.baseAccuracy));

/** How much of the gain is the token's: the same policy with and without it. */
function tokenMatters(runs: readonly ExperimentRun[]): string | null {
  const [asked, unasked] = [accuracyAfter, bare].map((one) => metricEffect(one, runsOf(runs, cRlft.id))?.mean);
  if (asked === undefined || unasked === undefined) return null;
  return `The policy of C-RLFT is right in ${asked.toFixed(1)} % of the problems behind the expert’s token and in ${unasked.toFixed(1)} % without it: the weights of the classes matter more here than the token.`;
}

export const paper33: Experiment = {
  id: 'paper-33',
  paper: 33,
  claim:
    'Of 1000 demonstrations an expert wrote a tenth, and the writer of the others forgets the last number in four of five. Conditioned on the writer and weighted by class, imitation ends more accurate than on all alike and than on the expert’s alone.',
  method:
    'One set of demonstrations for each seed; 200 steps of 64 of them in every arm, at one learning rate that was chosen on seed 101; no sweep. Other slips of the careless writer, another difficulty and other bases were tried on that seed before; in most of them C-RLFT did not end above SFT on the expert’s alone. Classes weigh 1 and 0.1. Sampled accuracy on 256 held-out problems with 4 completions each; no rollouts are trained on.',
  preset: 'formats',
  policies: ['writers'],
  arms: [cRlft, everything, expertOnly, shuffled],
  metrics: [accuracyAfter, accuracyChange, greedyAfter, bare, before],
  comparisons: [everything, expertOnly, shuffled].map(({ id }) => ({
    of: cRlft.id,
    against: id,
    metric: accuracyAfter.id,
  })),
  finding: tokenMatters,
  methodArm: cRlft.id,
  measure: { metric: accuracyAfter.id, best: 'highest' },
  power: { of: cRlft.id, against: expertOnly.id, metric: accuracyAfter.id },
  live: { of: cRlft.id, against: everything.id, side: 'above', recorded: shuffled.id },
  preconditions: [
    everyRun(
      everything.id,
      `the base is right in ${HEADROOM[0]} to ${HEADROOM[1]} % of the problems`,
      (s) => 100 * s.baseAccuracy >= HEADROOM[0] && 100 * s.baseAccuracy <= HEADROOM[1],
    ),
    baseAlike,
  ],
  rules: [
    differs(cRlft.id, 'above', everything.id, accuracyAfter),
    differs(cRlft.id, 'above', expertOnly.id, accuracyAfter),
    ours(differs(cRlft.id, 'above', shuffled.id, accuracyAfter)),
  ],
};
