/**
 * @file The three slices of the edits, which papers on mixing demonstrations and reinforcement learning share: within
 * reach of the base, hard for it, and impossible. Arms, read-outs, and where each pure arm must fail.
 */
import { type Arm, everyRun, type Metric, type Rule } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { metric, percent } from './measures.ts';

const slices = { reach: '1', impossible: '2', hard: '3' } as const;
type Slice = keyof typeof slices;

/** Share of right completions in a slice after the run, in percent. */
export const after = (s: Summary, slice: Slice): number | null => percent(s.finalLevels?.[slices[slice]]?.sampled);
const before = (s: Summary, slice: Slice): number | null => percent(s.baseLevels?.[slices[slice]]?.sampled);

const titles: Readonly<Record<Slice, string>> = { reach: 'within reach', hard: 'hard', impossible: 'impossible' };
const sliceNames = Object.keys(slices) as Slice[];

/** The mean over the slices, each slice's accuracy, and the base's. */
export const sliceMetrics: readonly Metric[] = [
  metric('mean', 'mean of the three slices, after', '%', 1, (s) => percent(s.finalAccuracy)),
  ...sliceNames.map((slice) => metric(slice, `${titles[slice]}, after`, '%', 1, (s) => after(s, slice))),
  ...sliceNames.map((slice) => metric(`${slice} before`, `${titles[slice]}, before`, '%', 1, (s) => before(s, slice))),
];

export const demonstrationsUsed = metric(
  'demonstrations',
  'demonstrations learned from',
  '',
  0,
  (s) => s.demonstrations ?? 0,
);

export const STEPS = 60;
/** Prompts of a step, and completions of each. */
const [PROMPTS, GROUP] = [12, 8] as const;

const common = (prompts: number, group: number): readonly string[] =>
  [
    '--task edits --difficulty 3 --lowest_difficulty 1 --prompt_sampler uniform',
    `--steps ${STEPS} --prompts_per_step ${prompts} --num_generations ${group}`,
    '--learning_rate 0.001 --eval_problems 96 --eval_samples 16',
  ].flatMap((words) => words.split(' '));

/** An arm whose policy samples, with the settings of its algorithm. */
export const sampling = (id: string, title: string, flags: readonly string[], note?: string): Arm => ({
  id,
  title,
  flags: [...common(PROMPTS, GROUP), ...flags],
  ...(note === undefined ? {} : { note }),
});

export const rl = sampling('rl', 'RL alone: GRPO', []);

/** An arm that only imitates: as many rows in a step as the others sample completions, each demonstration three times. */
export const imitating = (id: string, title: string, settings: readonly string[], note: string): Arm => ({
  id,
  title,
  flags: [...common(32, 3), '--algorithm', 'sft', ...settings],
  note,
});

/** Accuracy in percent below which a slice counts as untouched. */
export const UNTOUCHED = 3;

/** Accuracy of the base in each slice, as the arm's first evaluation measures it. */
export const basePreconditions: readonly Rule[] = [
  everyRun(
    rl.id,
    'within reach: the base is right in 30 to 80 % of completions and solves every problem in 16 tries',
    (s) => {
      const { sampled = 0, solved = 0 } = s.baseLevels?.[slices.reach] ?? {};
      return sampled >= 0.3 && sampled <= 0.8 && solved >= 0.99;
    },
  ),
  everyRun(
    rl.id,
    'hard: the base solves 10 to 90 % of problems in 16 tries and is right in under 15 % of completions',
    (s) => {
      const { sampled = 1, solved = 0 } = s.baseLevels?.[slices.hard] ?? {};
      return sampled < 0.15 && solved >= 0.1 && solved <= 0.9;
    },
  ),
  everyRun(
    rl.id,
    'impossible: the base solves no problem in 16 tries',
    (s) => s.baseLevels?.[slices.impossible]?.solved === 0,
  ),
];

/** RL alone leaves the impossible slice where it is. */
export const rlFails: Rule = everyRun(
  rl.id,
  `under ${UNTOUCHED} % on the impossible slice`,
  (s) => (after(s, 'impossible') ?? Infinity) < UNTOUCHED,
);

/** Imitation alone loses the slice within reach. */
export const imitationFails = (arm: Arm): Rule =>
  everyRun(
    arm.id,
    'ends below the base on the slice within reach',
    (s) => (after(s, 'reach') ?? Infinity) < (before(s, 'reach') ?? -Infinity),
  );
