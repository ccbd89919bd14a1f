/**
 * @file "Learning What Reinforcement Learning Can't" (ReLIFT, arXiv 2506.07527): RL on everything, and demonstrations
 * only for prompts whose whole group fails.
 */
import { everyRun, type Experiment, type Rule, runsOf } from '../experiment.ts';
import {
  after,
  basePreconditions,
  demonstrationsUsed,
  imitating,
  imitationFails,
  rl,
  rlFails,
  sampling,
  sliceMetrics,
  STEPS,
} from './slices.ts';

const MU = 0.2;
const MIXED = `mu=${MU},phi=1`;
const relift = sampling('relift', 'RL, and demonstrations where all fail', [
  '--algorithm',
  'chord',
  '--set',
  `${MIXED},demonstrate_to=0`,
]);
const everywhere = sampling(
  'everywhere',
  'RL, and demonstrations for every prompt',
  ['--algorithm', 'chord', '--set', MIXED],
  'The same loss without the routing. No rule depends on it.',
);
const sft = imitating('sft', 'SFT alone', [], 'A new demonstration for every prompt, in the expert’s style.');

/** Accuracy in percent at which the impossible slice counts as learnt. */
const LEARNT = 30;
/** Share of SFT's demonstrations that ReLIFT stays below. */
const FRACTION = 0.3;

const fewer: Rule = {
  rule: `{${relift.id}}, every seed: under ${100 * FRACTION} % of the demonstrations of {${sft.id}}`,
  holds(runs) {
    const pairs = runsOf(runs, relift.id).map(({ seed, summary }) => ({
      own: summary.demonstrations ?? Infinity,
      all: runsOf(runs, sft.id).find((run) => run.seed === seed)?.summary.demonstrations ?? 0,
    }));
    return pairs.length > 0 && pairs.every(({ own, all }) => own < FRACTION * all);
  },
};

export const paper19: Experiment = {
  id: 'paper-19',
  paper: 19,
  claim:
    'RL improves what the base can reach and leaves the rest; demonstrations for the prompts whose whole group fails teach the rest, with a fraction of the demonstrations that SFT uses.',
  method: `Edits of four letters. One edit the base knows, with mistakes; the edit z it was taught wrongly, after it had learnt to derive it; lists of two it hardly manages. ${STEPS} steps of 12 prompts of all three with 8 completions each; for SFT 32 prompts, whose demonstrations fill as many rows. Demonstrations are derived step by step, which the base no longer does and never saw for a single edit; the task’s own solver, an oracle, writes them. In the paper they fill a buffer and have an update of their own; here they join the step in which the group failed, at a share of ${MU} of the loss and with CHORD’s token weight φ. 32 held-out problems of each slice with 16 completions. Thresholds were fixed before the reported runs; base, share, φ and learning rate were chosen on seed 101, one rate for all arms, after about seven other bases and tasks on which demonstrations were not learnt or spoilt what was within reach.`,
  preset: 'default',
  policies: ['mix'],
  arms: [relift, rl, sft, everywhere],
  metrics: [...sliceMetrics, demonstrationsUsed],
  methodArm: relift.id,
  measure: { metric: 'mean', best: 'highest' },
  comparisons: [rl, sft, everywhere].map(({ id }) => ({ of: relift.id, against: id, metric: 'mean' })),
  power: { of: relift.id, against: rl.id, metric: 'impossible' },
  live: { of: relift.id, against: rl.id, side: 'above', recorded: sft.id },
  figure: {
    kind: 'matrix',
    columns: ['reach', 'hard', 'impossible'],
    rows: [
      { title: 'before', metrics: ['reach before', 'hard before', 'impossible before'] },
      { title: 'after', metrics: ['reach', 'hard', 'impossible'] },
    ],
  },
  preconditions: [...basePreconditions, imitationFails(sft)],
  rules: [
    rlFails,
    everyRun(relift.id, `above ${LEARNT} % on the impossible slice`, (s) => (after(s, 'impossible') ?? 0) > LEARNT),
    fewer,
  ],
};
