/** @file Every algorithm on the default task, from the same base, beside learning rate 0. */
import { comparedAlgorithms } from '../../src/lessons/atlasSources.ts';
import { algorithmById } from '../../src/rl/papers/index.ts';
import { TARGET_ACCURACY } from '../trainRun.ts';
import { type Arm, everyRun, type Experiment, type Metric } from './experiment.ts';
import { change, greedyChange, metric } from './papers/measures.ts';
import type { Summary } from './summary.ts';

/** Enough steps for algorithms that learn to show it; a run takes 15 s. */
const common = ['--steps', '40', '--eval_problems', '128', '--eval_samples', '2'];

/** Algorithms not expected to rise on this task, and why. */
const unexpected: Readonly<Record<string, string>> = {
  discopop:
    'Its loss falls towards the worse completion where policy and base are equal, which is where every pair begins: (1 − log 2) / (4 tau) outweighs the two slopes of 1/4 and 1/2 at its tau of 0.05.',
  orpo: 'It imitates the mean over a completion’s tokens, so that the first character of a short right answer is pushed four times as hard as that of a worked one; with the sum instead of the mean it rises to 97 % in 40 steps.',
};

const arm = (id: string, title: string): Arm => {
  const note = unexpected[id];
  return { id, title, flags: [...common, '--algorithm', id], ...(note === undefined ? {} : { note }) };
};

const points = (after: number, before: number): number => 100 * (after - before);
const metrics: readonly Metric[] = [
  metric('before', 'held-out accuracy, before', '%', 1, (s) => 100 * s.baseAccuracy),
  metric('after', 'held-out accuracy, after', '%', 1, (s) => 100 * s.finalAccuracy),
  change('change', 'change', (s) => ({ after: s.finalAccuracy, before: s.baseAccuracy })),
  metric(
    'steps',
    `steps to ${100 * TARGET_ACCURACY} % of training completions`,
    'steps',
    0,
    (s) => s.stepsToTarget ?? null,
  ),
  metric('kl', 'divergence from the base, last steps', 'nats/token', 3, (s) => s.lastKl ?? null),
  metric('entropy', 'entropy, last steps', 'nats/token', 3, (s) => s.lastEntropy ?? null),
  greedyChange,
];

/** The least rise that counts as learning, in percentage points. */
const LEAST_RISE = 10;
const rises = (s: Summary): boolean => points(s.finalAccuracy, s.baseAccuracy) >= LEAST_RISE;

const armsOf = (which: 'first' | 'later'): readonly Arm[] =>
  comparedAlgorithms(which).map((id) => arm(id, algorithmById(id).title));

const still: Arm = {
  id: 'no-learning',
  title: 'Learning rate 0',
  flags: [...common, '--learning_rate', '0'],
  note: 'Nothing can change, by construction.',
};

/** Each of these algorithms on the default task, with the control. */
const suite = (id: string, which: string, learning: readonly Arm[]): Experiment => ({
  id,
  claim: `${which} that is expected to learns the default task: held-out accuracy up by at least ${LEAST_RISE} points.`,
  method:
    '40 steps of 64 completions, 128 held-out problems with 2 completions each, the same before and after; learning rate, group and batch as in the preset unless an arm says otherwise.',
  preset: 'default',
  policies: ['default'],
  arms: [...learning, still],
  metrics,
  rules: [
    ...learning
      .filter(({ id }) => !(id in unexpected))
      .map(({ id }) => everyRun(id, `up by at least ${LEAST_RISE} points`, rises)),
    everyRun(still.id, 'unchanged', (s) => s.finalAccuracy === s.baseAccuracy),
  ],
});

export const suites: readonly Experiment[] = [
  suite('objectives', 'Every algorithm', armsOf('first')),
  suite('objectives-later', 'Every algorithm beyond the first collection', armsOf('later')),
];
