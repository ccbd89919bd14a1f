/**
 * @file "Prior Prompt Engineering for Reinforcement Fine-Tuning" (arXiv 2505.14157): lasting effects of the prompt used
 * in training.
 */
import { type Arm, everyRun, type Experiment, type Metric, ours, type Rule } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { accuracyAfter, accuracyChange, metric, percent } from './measures.ts';

const STEPS = 30;
const common = ['--task', 'formats', '--steps', String(STEPS), '--eval_problems', '96', '--eval_samples', '4'];
const formats = ['think', 'plan', 'code', 'recall', 'null'] as const;
type Format = (typeof formats)[number];

const arms: readonly Arm[] = [
  ...formats.map((id): Arm => ({ id, title: `Prior prompt ${id}`, flags: [...common, '--prior_prompt', id] })),
  {
    id: 'none',
    title: 'No prior prompt',
    flags: common,
    note: 'What RL picks by itself: its figures with and without a prompt are the same.',
  },
];

/** Share of a format without a prior prompt; a run without one never uses it. */
const plainShare =
  (when: 'base' | 'final', format: Format) =>
  (s: Summary): number | null =>
    percent((s[`${when}Bare`]?.methods ?? s[`${when}Methods`])[format]?.share);

const plainAccuracy =
  (when: 'base' | 'final'): Metric['of'] =>
  (s) =>
    percent(s[`${when}Bare`]?.sampled ?? s[`${when}Accuracy`]);

/** The least rise that counts as a habit, in percentage points. */
const LEAST_HABIT = 10;

const rulesOf = (format: Format): Rule[] => [
  everyRun(
    format,
    'behind its prompt more accurate than the base behind the same prompt',
    (s) => s.finalAccuracy > s.baseAccuracy,
  ),
  ours(
    everyRun(
      format,
      `without the prompt its own format has grown by at least ${LEAST_HABIT} points`,
      (s) => (plainShare('final', format)(s) ?? -Infinity) - (plainShare('base', format)(s) ?? Infinity) >= LEAST_HABIT,
    ),
  ),
];

/** Share of answers in the prompt's own format above which RL has nothing left to select. */
const DECIDED = 0.95;
const undecided = (format: Format): Rule =>
  everyRun(
    format,
    `behind the prompt the base answers at most ${100 * DECIDED} % in its format`,
    ({ baseMethods }) => (baseMethods[format]?.share ?? 0) <= DECIDED,
  );

export const paper4: Experiment = {
  id: 'paper-4',
  paper: 4,
  claim:
    'The prompt that stands before the problems while RL trains shapes what is learnt: its format becomes a habit that stays when the prompt is gone, and training behind a prompt is better than giving the same prompt only when answering.',
  method: `Sums in five formats; pretraining showed each of five control tokens with its own format alone, and no token with all five in equal shares. ${STEPS} steps of 64 completions; 96 held-out problems with 4 completions each, with the arm’s prompt and without it. Which prompt does best is reported, and no rule asks for one.`,
  preset: 'default',
  policies: ['text'],
  arms,
  metrics: [
    metric('prompted before', 'with the prompt, before (prompt only when answering)', '%', 1, (s) =>
      percent(s.baseAccuracy),
    ),
    accuracyAfter,
    accuracyChange,
    metric('plain before', 'without the prompt, before', '%', 1, plainAccuracy('base')),
    metric('plain after', 'without the prompt, after', '%', 1, plainAccuracy('final')),
    ...formats.flatMap((format) => [
      metric(`${format} before`, `${format} without the prompt, before`, '%', 1, plainShare('base', format)),
      metric(`${format} after`, `${format} without the prompt, after`, '%', 1, plainShare('final', format)),
    ]),
  ],
  measure: { metric: accuracyChange.id, best: 'highest' },
  preconditions: formats.map(undecided),
  rules: formats.flatMap(rulesOf),
};
