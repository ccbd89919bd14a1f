/**
 * @file "Echo Chamber: RL post-training amplifies behaviors learned in pretraining" (arXiv 2504.07912): the format that
 * RL amplifies, by mixture and algorithm.
 */
import { type Arm, everyRun, type Experiment, type Metric, type Rule, runsOf } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { accuracyChange, dominant, lastEntropy, metric, passAtEightChange, percent, points } from './measures.ts';

const STEPS = 40;
const common = ['--steps', String(STEPS), '--eval_problems', '48', '--eval_samples', '8'];
const learning: readonly Arm[] = [
  { id: 'grpo', title: 'GRPO', flags: common },
  {
    id: 'ppo',
    title: 'PPO',
    flags: [...common, '--algorithm', 'ppo', '--num_iterations', '4'],
    note: 'Four passes over each batch, as is usual for it; with one it has hardly begun after these steps.',
  },
  {
    id: 'raft',
    title: 'Expert iteration',
    flags: [...common, '--algorithm', 'raft'],
    note: 'RAFT: imitates the best of each group, step after step.',
  },
];

/** Trained on two additions; measured on four, as the other arms, and on five, which pretraining never showed. */
const EASY = 2;
const HARDER = [4, 5] as const;
const easy: Arm = {
  id: 'easy',
  title: `GRPO on problems of ${EASY} additions`,
  flags: [...common, '--difficulty', String(EASY), '--ood', HARDER.map((level) => `formats:${level}`).join(',')],
  note: 'Its own accuracy is on the easy problems; what it does on harder ones stands in columns of its own.',
};

/** Accuracy on problems of `level` additions, on which the run did not train. */
const harder = ({ ood = [] }: Summary, level: number) =>
  ood.find(({ task, difficulty }) => task === 'formats' && difficulty === level);
const harderMetrics: readonly Metric[] = HARDER.flatMap((level) => [
  metric(`${level} additions before`, `${level} additions, not trained on: before`, '%', 1, (s) =>
    percent(harder(s, level)?.base.sampled),
  ),
  metric(`${level} additions after`, `${level} additions, not trained on: after`, '%', 1, (s) =>
    percent(harder(s, level)?.final.sampled),
  ),
]);
/** The least rise of the accuracy on four additions that counts as transfer, in percentage points. */
const LEAST_CARRIED = 5;

const mixtures = ['echo-even', 'echo-plan', 'echo-code'] as const;
/** The even mixture at a third of the size. */
const small = 'echo-even-small';
const policies = [...mixtures, small] as const;
const formats = ['think', 'plan', 'code'] as const;

/** Share of a format before and after, for runs from one base. */
const shareMetrics: readonly Metric[] = policies.flatMap((policy) =>
  formats.flatMap((format) => {
    const of = (when: 'base' | 'final') => (s: Summary) =>
      s.policy === policy ? percent(s[`${when}Methods`][format]?.share) : null;
    return [
      metric(`${policy} ${format} before`, `${policy}: ${format} before`, '%', 1, of('base')),
      metric(`${policy} ${format} after`, `${policy}: ${format} after`, '%', 1, of('final')),
    ];
  }),
);

/** Share above which a format counts as dominant. */
const DOMINANT = 0.8;

/** For every mixture the format with the largest share at the end; a mixture counts only if all its runs agree. */
function winners(runs: Parameters<Rule['holds']>[0], arm: string): ReadonlyMap<string, string> {
  return new Map(
    mixtures.flatMap((policy) => {
      const ends = new Set(
        runsOf(runs, arm)
          .filter((run) => run.policy === policy)
          .map(({ summary }) => dominant(summary.finalMethods).id),
      );
      const [only] = ends;
      return ends.size === 1 && only !== undefined ? [[policy, only] as const] : [];
    }),
  );
}

/** pass@8 of the base above which RL cannot raise or lower it. */
const SOLVED = 0.95;

/** The format that each algorithm makes the largest from the even mixture, where they differ and all seeds agree. */
function pickedFormats(runs: Parameters<Rule['holds']>[0]): string | null {
  const picked = learning.flatMap(({ id, title }) => {
    const format = winners(runs, id).get('echo-even');
    return format === undefined ? [] : [{ title, format }];
  });
  if (picked.length < learning.length || new Set(picked.map(({ format }) => format)).size === 1) return null;
  return `From the same even mixture ${picked.map(({ title, format }) => `${title} picks ${format}`).join(', ')}, in every run.`;
}

const dependsOnMixture = ({ id }: Arm): Rule => ({
  rule: `{${id}}: at least two of the mixtures end, over all seeds, at formats of their own that differ`,
  across: true,
  holds: (runs) => new Set(winners(runs, id).values()).size >= 2,
});

export const paper43: Experiment = {
  id: 'paper-43',
  paper: 43,
  claim:
    'RL makes one format of the pretraining mixture nearly the only one, with GRPO, PPO and expert iteration alike; which one depends on the mixture; single answers get better, the best of eight does not; what is learnt on easy problems helps on harder ones.',
  method: `Sums in three formats, mixed at known rates in pretraining: even (34/33/33), mostly plan (30/60/10 think/plan/code), mostly code (10/30/60). ${STEPS} steps of 64 completions; 48 held-out problems with 8 completions each, the same before and after. One more arm trains on two additions alone and is measured on four and five, which it never trains on. The even mixture also in a base of a third the size, which is reported and which no rule asks to end elsewhere.`,
  preset: 'formats',
  policies,
  arms: [...learning, easy],
  metrics: [
    metric('dominant', 'largest format, after', '%', 1, (s) => percent(dominant(s.finalMethods).share)),
    metric('dominant before', 'largest format, before', '%', 1, (s) => percent(dominant(s.baseMethods).share)),
    accuracyChange,
    passAtEightChange,
    lastEntropy,
    ...harderMetrics,
    ...shareMetrics,
  ],
  measure: { metric: 'dominant', best: 'highest', arms: [] },
  preconditions: learning.map(({ id }) =>
    everyRun(
      id,
      `the base solves at most ${100 * SOLVED} % of problems in eight tries`,
      (s) => (s.basePassAtK?.['8'] ?? 1) <= SOLVED,
    ),
  ),
  finding: pickedFormats,
  rules: [
    ...learning.map(({ id }) =>
      everyRun(
        id,
        `the largest format has at least ${100 * DOMINANT} % at the end`,
        (s) => dominant(s.finalMethods).share >= DOMINANT,
      ),
    ),
    ...learning.map(dependsOnMixture),
    ...learning.map(({ id }) =>
      everyRun(
        id,
        'pass@1 up, pass@8 by at most 2 points',
        (s) => s.finalAccuracy > s.baseAccuracy && (passAtEightChange.of(s) ?? Infinity) <= 2,
      ),
    ),
    everyRun(
      easy.id,
      `on four additions, which it did not train on, accuracy up by at least ${LEAST_CARRIED} points`,
      (s) => (points(harder(s, 4)?.final.sampled, harder(s, 4)?.base.sampled) ?? -Infinity) >= LEAST_CARRIED,
    ),
  ],
};
