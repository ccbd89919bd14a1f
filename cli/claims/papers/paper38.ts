/**
 * @file "Self-Evolving Curriculum for LLM Reasoning" (arXiv 2505.14970): a bandit over difficulties against uniform
 * choice and a fixed order.
 */
import { type Arm, everyRun, type Experiment, ours } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { differs } from './difference.ts';
import { accuracyAfter, accuracyChange, metric, percent } from './measures.ts';

const STEPS = 40;
const common = [
  '--task',
  'dedupe',
  '--difficulty',
  '8',
  '--steps',
  String(STEPS),
  '--eval_problems',
  '160',
  '--eval_samples',
  '4',
];
const sampler = (id: string, ...rest: readonly string[]): string[] => [...common, '--prompt_sampler', id, ...rest];
/** Unscaled advantages are at most half as large as scaled ones, so the temperature is halved too. */
const arms: readonly Arm[] = [
  {
    id: 'sec-unscaled',
    title: 'SEC, paid |A| before scaling',
    flags: sampler('sec_unscaled', '--sec_temperature', '0.2'),
  },
  {
    id: 'sec',
    title: 'SEC, paid |A| as GRPO scales it',
    flags: sampler('sec', '--sec_temperature', '0.4'),
    note: 'Divided by the deviation of its group, |A| depends little on how much of the group is right.',
  },
  { id: 'uniform', title: 'All difficulties alike', flags: sampler('uniform') },
  { id: 'easy-to-hard', title: 'Easy to hard, in equal parts', flags: sampler('easy_to_hard') },
];

const levels = [4, 5, 6, 7, 8] as const;
const HARDEST = 8;
const hardest = metric('hardest', `accuracy at difficulty ${HARDEST}, after`, '%', 1, (s) =>
  percent(s.finalLevels?.[HARDEST]?.sampled),
);

/** Share of prompts at difficulties 7 and 8, of which pretraining showed too little for the base to answer. */
const hardShare = (prompts: Summary['firstPrompts']): number | null =>
  prompts ? 100 * ((prompts['7'] ?? 0) + (prompts['8'] ?? 0)) : null;
const spreadOf = (prompts: Summary['firstPrompts']): number | null =>
  prompts ? 100 * (Math.max(...Object.values(prompts)) - Math.min(...Object.values(prompts))) : null;

const hardFirst = metric('hard first', 'prompts of difficulty 7 and 8, first 10 steps', '%', 1, (s) =>
  hardShare(s.firstPrompts),
);
const hardLast = metric('hard last', 'prompts of difficulty 7 and 8, last 10 steps', '%', 1, (s) =>
  hardShare(s.lastPrompts),
);
const spread = metric(
  'spread',
  'most asked minus least asked difficulty, last 10 steps',
  'points',
  1,
  (s) => spreadOf(s.lastPrompts),
  [0, 100],
);

/** The least change that counts, in percentage points. */
const LEAST_MOVE = 5;

export const paper38: Experiment = {
  id: 'paper-38',
  paper: 38,
  claim:
    'A bandit paid by the size of the advantages moves from easy to hard by itself, and ends more accurate than asking all difficulties alike, over all of them and on the hardest, where easy to hard in a fixed order does not; paid with advantages that GRPO has scaled it tells difficulties apart less well.',
  method: `Strings of 4 to 8 letters without their repetitions, of which pretraining showed 4 and 6; ${STEPS} steps of 64 completions in every arm, trained alike, the arms differ only in which prompts they ask. 160 held-out problems, 32 of each difficulty, with 4 completions each. Rate of the bandit 0.5 and temperature 0.4, as in the authors’ run on mathematics; half of it for unscaled advantages. The task was chosen on seed 101, and the temperatures were changed once after a look at seed 1; neither is among the seeds reported here.`,
  preset: 'default',
  policies: ['text'],
  arms,
  metrics: [
    accuracyAfter,
    hardest,
    accuracyChange,
    hardFirst,
    hardLast,
    spread,
    ...levels.flatMap((level) => [
      metric(`${level} before`, `accuracy at difficulty ${level}, before`, '%', 1, (s) =>
        percent(s.baseLevels?.[level]?.sampled),
      ),
      ...(level === HARDEST
        ? []
        : [
            metric(`${level} after`, `accuracy at difficulty ${level}, after`, '%', 1, (s) =>
              percent(s.finalLevels?.[level]?.sampled),
            ),
          ]),
    ]),
  ],
  comparisons: ['uniform', 'easy-to-hard', 'sec'].flatMap((against) =>
    [accuracyAfter, hardest].map(({ id }) => ({ of: 'sec-unscaled', against, metric: id })),
  ),
  methodArm: 'sec-unscaled',
  power: { of: 'sec-unscaled', against: 'uniform', metric: accuracyAfter.id },
  measure: { metric: accuracyAfter.id, best: 'highest' },
  figure: {
    kind: 'matrix',
    columns: levels.map((level) => `difficulty ${level}`),
    rows: [
      { title: 'before', metrics: levels.map((level) => `${level} before`) },
      { title: 'after', metrics: levels.map((level) => (level === HARDEST ? hardest.id : `${level} after`)) },
    ],
  },
  rules: [
    differs('sec-unscaled', 'above', 'uniform', accuracyAfter),
    differs('sec-unscaled', 'above', 'uniform', hardest),
    differs('sec-unscaled', 'above', 'easy-to-hard', hardest),
    everyRun(
      'sec-unscaled',
      `difficulties 7 and 8 get at least ${LEAST_MOVE} points more of the prompts in the last 10 steps than in the first`,
      (s) => (hardLast.of(s) ?? -Infinity) - (hardFirst.of(s) ?? Infinity) >= LEAST_MOVE,
    ),
    ours(differs('sec', 'below', 'sec-unscaled', spread)),
  ],
};
