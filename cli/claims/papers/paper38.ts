/**
 * @file "Self-Evolving Curriculum for LLM Reasoning" (arXiv 2505.14970): steps until a bandit over difficulties has
 * learnt those within reach, where others are out of reach; against uniform choice and fixed orders.
 */
import { type Arm, type Comparison, everyRun, type Experiment, ours } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { differs } from './difference.ts';
import { accuracyAfter, metric, percent } from './measures.ts';

const STEPS = 160;
const HARDEST = 6;
/** Additions that the base was shown; more are out of its reach. */
const REACHABLE = [3, 4] as const;
const UNREACHABLE = [5, HARDEST] as const;
/** Mean accuracy of the difficulties within reach at which a run ends. */
const TARGET = 0.8;

/** Flags for the difficulties from `lowest`; the accuracy over all of them is the target times the reachable share. */
function mixture(lowest: 3 | 4): string[] {
  const reachable = REACHABLE.filter((level) => level >= lowest).length;
  const levels = HARDEST - lowest + 1;
  const accuracy = ((TARGET * reachable) / levels).toFixed(3);
  return ['--difficulty', String(HARDEST), '--lowest_difficulty', String(lowest), '--stop_accuracy', accuracy];
}

const common = [
  '--task',
  'sums',
  '--steps',
  String(STEPS),
  '--learning_rate',
  '0.0004',
  '--prompts_per_step',
  '4',
  '--eval_problems',
  '160',
  '--eval_samples',
  '2',
];
const arm = (id: string, title: string, lowest: 3 | 4, sampler: string, more: readonly string[] = []): Arm => ({
  id,
  title,
  flags: [...common, ...mixture(lowest), '--prompt_sampler', sampler, ...more],
});
/** Unscaled advantages are at most half as large as scaled ones, so the temperature is halved too. */
const UNSCALED = ['--sec_temperature', '0.1'];
const sec = arm('sec', 'SEC, paid |A| before scaling', 3, 'sec_unscaled', UNSCALED);
const scaled: Arm = {
  ...arm('sec-scaled', 'SEC, paid |A| as GRPO scales it', 3, 'sec', ['--sec_temperature', '0.2']),
  note: 'Divided by the deviation of its group, |A| depends little on how much of the group is right.',
};
const uniform = arm('uniform', 'All difficulties alike', 3, 'uniform');
const easyToHard = arm('easy-to-hard', 'Easy to hard, in equal parts', 3, 'easy_to_hard');
const hardToEasy: Arm = {
  ...arm('hard-to-easy', 'Hard to easy, in equal parts', 3, 'hard_to_easy'),
  note: 'Half of its steps ask what is out of reach. A control that must be slow.',
};
const fewSec = arm('sec-few', 'SEC, one of three within reach', 4, 'sec_unscaled', UNSCALED);
const fewUniform = arm('uniform-few', 'Alike, one of three within reach', 4, 'uniform');

const steps = metric(
  'steps',
  `steps until ${100 * TARGET} % of what is within reach`,
  'steps',
  0,
  ({ steps: taken, ended }) => (ended === 'accuracy' ? taken : STEPS),
);

type Prompts = Summary['firstPrompts'];
const shareOf = (prompts: Prompts, levels: readonly number[]): number | null =>
  prompts ? 100 * levels.reduce((sum, level) => sum + (prompts[level] ?? 0), 0) : null;
const wasted = metric('wasted', 'prompts out of reach, last 10 steps', '%', 1, (s) =>
  shareOf(s.lastPrompts, UNREACHABLE),
);
const harder = REACHABLE.slice(-1);
const hardFirst = metric('hard first', `prompts of difficulty ${harder[0]}, first 10 steps`, '%', 1, (s) =>
  shareOf(s.firstPrompts, harder),
);
const hardLast = metric('hard last', `prompts of difficulty ${harder[0]}, last 10 steps`, '%', 1, (s) =>
  shareOf(s.lastPrompts, harder),
);
/** The least growth that counts as a move, in percentage points. */
const LEAST_MOVE = 5;
/** Accuracy below which a difficulty counts as out of reach. */
const OUT_OF_REACH = 0.1;

const overUniform: Comparison = { of: sec.id, against: uniform.id, metric: steps.id };

export const paper38: Experiment = {
  id: 'paper-38',
  paper: 38,
  claim:
    'Among difficulties of which many are out of reach, a bandit paid by the size of the advantages finds those that teach: it learns what is within reach in fewer steps than asking all alike, or easy to hard in a fixed order, and moves from easy to hard by itself.',
  method: `Sums of 3 to 6 additions, of which the base was shown 3 and 4 with mistakes, and answers hardly any of 5 and 6; steps of 32 completions until 80 % of the sums of 3 and 4 additions are right, at most ${STEPS}. Measured every 5 steps on 160 held-out problems, 40 of each difficulty, with 2 completions each. Two arms repeat it with 4 to 6 additions, one of three difficulties within reach. Rate of the bandit 0.5; task, sizes and temperatures were chosen on seed 101.`,
  preset: 'default',
  policies: ['mistakes'],
  arms: [sec, uniform, easyToHard, hardToEasy, scaled, fewSec, fewUniform],
  metrics: [
    steps,
    accuracyAfter,
    wasted,
    hardFirst,
    hardLast,
    ...[...REACHABLE, ...UNREACHABLE].map((level) =>
      metric(`${level} after`, `accuracy at difficulty ${level}, after`, '%', 1, (s) =>
        percent(s.finalLevels?.[level]?.sampled),
      ),
    ),
  ],
  comparisons: [
    overUniform,
    { of: sec.id, against: easyToHard.id, metric: steps.id },
    { of: fewSec.id, against: fewUniform.id, metric: steps.id },
    { of: hardToEasy.id, against: uniform.id, metric: steps.id },
  ],
  methodArm: sec.id,
  measure: {
    metric: steps.id,
    best: 'lowest',
    arms: [sec, scaled, uniform, easyToHard, hardToEasy].map(({ id }) => id),
  },
  power: overUniform,
  preconditions: [
    ...UNREACHABLE.map((level) =>
      everyRun(
        uniform.id,
        `difficulty ${level} stays out of reach, at most ${100 * OUT_OF_REACH} % right at the end`,
        (s) => (s.finalLevels?.[level]?.sampled ?? 1) <= OUT_OF_REACH,
      ),
    ),
    everyRun(uniform.id, `there is something to learn: the base has at most 60 % right at 3 and 4 additions`, (s) =>
      REACHABLE.every((level) => (s.baseLevels?.[level]?.sampled ?? 1) <= 0.6),
    ),
  ],
  rules: [
    differs(sec.id, 'below', uniform.id, steps),
    differs(sec.id, 'below', easyToHard.id, steps),
    differs(fewSec.id, 'below', fewUniform.id, steps),
    everyRun(
      sec.id,
      `difficulty ${harder[0]} gets at least ${LEAST_MOVE} points more of the prompts in the last 10 steps than in the first`,
      (s) => (hardLast.of(s) ?? -Infinity) - (hardFirst.of(s) ?? Infinity) >= LEAST_MOVE,
    ),
    ours(differs(hardToEasy.id, 'above', uniform.id, steps)),
    ours(differs(sec.id, 'below', scaled.id, steps)),
  ],
};
