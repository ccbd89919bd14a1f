/** @file "Echo Chamber: RL post-training amplifies behaviors learned in pretraining" (arXiv 2504.07912): which format RL makes louder, by mixture and algorithm. */
import { type Arm, everyRun, type Experiment, type Metric, type Rule, runsOf } from '../experiment.ts';
import type { Summary } from '../summary.ts';
import { accuracyChange, dominant, lastEntropy, metric, passAtEightChange, percent } from './measures.ts';

const STEPS = 40;
const common = ['--steps', String(STEPS), '--eval_problems', '64', '--eval_samples', '16'];
const learning: readonly Arm[] = [
  { id: 'grpo', title: 'GRPO', flags: common },
  { id: 'ppo', title: 'PPO', flags: [...common, '--algorithm', 'ppo'] },
  { id: 'raft', title: 'Expert iteration', flags: [...common, '--algorithm', 'raft'], note: 'RAFT: imitates the best of each group, step after step.' },
];
const still: Arm = { id: 'no-learning', title: 'Learning rate 0', flags: [...common, '--learning_rate', '0'], note: 'Nothing can change, by construction.' };

const mixtures = ['echo-even', 'echo-plan', 'echo-code'] as const;
const formats = ['think', 'plan', 'code'] as const;

/** Share of a format before and after, in runs from one base. */
const shareMetrics: readonly Metric[] = mixtures.flatMap((policy) => formats.flatMap((format) => {
  const of = (when: 'base' | 'final') => (s: Summary) => (s.policy === policy ? percent(s[`${when}Methods`][format]?.share) : null);
  return [metric(`${policy} ${format} before`, `${policy}: ${format} before`, '%', 1, of('base')), metric(`${policy} ${format} after`, `${policy}: ${format} after`, '%', 1, of('final'))];
}));

/** What counts as one format being nearly the only one. */
const DOMINANT = 0.8;

/** For every mixture the format that ends as the largest, a run each; all runs of a mixture must agree to be counted. */
function winners(runs: Parameters<Rule['holds']>[0], arm: string): ReadonlyMap<string, string> {
  return new Map(mixtures.flatMap((policy) => {
    const ends = new Set(runsOf(runs, arm).filter((run) => run.policy === policy).map(({ summary }) => dominant(summary.finalMethods).id));
    const [only] = ends;
    return ends.size === 1 && only !== undefined ? [[policy, only] as const] : [];
  }));
}

const dependsOnMixture = ({ id }: Arm): Rule => ({
  rule: `${id}: at least two of the mixtures end, over all seeds, at formats of their own that differ`,
  holds: (runs) => new Set(winners(runs, id).values()).size >= 2,
});

export const paper43: Experiment = {
  id: 'paper-43',
  paper: 43,
  claim: 'RL makes one format of the pretraining mixture nearly the only one, with GRPO, PPO and expert iteration alike; which one depends on the mixture; single answers get better, the best of eight does not.',
  method: `Sums in three formats, mixed at known rates in pretraining: even (34/33/33), mostly plan (30/60/10 think/plan/code), mostly code (10/30/60). ${STEPS} steps of 64 completions; 64 held-out problems with 16 completions each, the same before and after. Bases of one size.`,
  preset: 'formats',
  policies: mixtures,
  arms: [...learning, still],
  metrics: [
    metric('dominant', 'largest format, after', '%', 1, (s) => percent(dominant(s.finalMethods).share)),
    metric('dominant before', 'largest format, before', '%', 1, (s) => percent(dominant(s.baseMethods).share)),
    accuracyChange, passAtEightChange, lastEntropy, ...shareMetrics,
  ],
  rules: [
    ...learning.map(({ id }) => everyRun(id, `the largest format has at least ${100 * DOMINANT} % at the end`, (s) => dominant(s.finalMethods).share >= DOMINANT)),
    ...learning.map(dependsOnMixture),
    ...learning.map(({ id }) => everyRun(id, 'pass@1 up, pass@8 by at most 2 points', (s) => s.finalAccuracy > s.baseAccuracy && (passAtEightChange.of(s) ?? Infinity) <= 2)),
    everyRun(still.id, 'unchanged', (s) => s.finalAccuracy === s.baseAccuracy),
  ],
};
