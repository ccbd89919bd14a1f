/** @file Claims about the presets: they learn, by how much, and their controls do not. */
import { metricEffect } from './effect.ts';
import { type Arm, everyRun, type Experiment, type Metric, type Rule, runsOf } from './experiment.ts';
import { change, greedyChange } from './papers/measures.ts';
import type { Summary } from './summary.ts';

const points = (after: number, before: number): number => 100 * (after - before);

const sampledChange = change('sampled', 'sampled accuracy, change', (s) => ({
  after: s.finalAccuracy,
  before: s.baseAccuracy,
}));

/** Share and accuracy of one method, before and after. */
function methodMetrics(id: string): Metric[] {
  const share = (when: 'base' | 'final') => (s: Summary) => percent(s[`${when}Methods`][id]?.share);
  const accuracy = (when: 'base' | 'final') => (s: Summary) => percent(s[`${when}Methods`][id]?.accuracy);
  return [
    { id: `${id} used before`, title: `${id} used before`, unit: '%', digits: 1, of: share('base') },
    { id: `${id} used after`, title: `${id} used after`, unit: '%', digits: 1, of: share('final') },
    { id: `${id} right before`, title: `${id} right before`, unit: '%', digits: 1, of: accuracy('base') },
    { id: `${id} right after`, title: `${id} right after`, unit: '%', digits: 1, of: accuracy('final') },
  ];
}

const percent = (share: number | undefined): number | null => (share === undefined ? null : 100 * share);

const learning: Arm = { id: 'grpo', title: 'GRPO', flags: [] };
const noLearning: Arm = { id: 'no-learning', title: 'Learning rate 0', flags: ['--learning_rate', '0'] };
const shuffled: Arm = { id: 'shuffled', title: 'Rewards shuffled in the batch', flags: ['--shuffle_rewards'] };

/** For a control the interval of the change must end below this many percentage points. */
const CONTROL_LIMIT = 5;

const controlRule = ({ id }: Arm): Rule => ({
  rule: `{${id}}: the 95 % interval over seeds of the sampled change ends below +${CONTROL_LIMIT} points`,
  holds: (runs) => {
    const interval = metricEffect(sampledChange, runsOf(runs, id))?.interval ?? null;
    return interval !== null && interval[1] < CONTROL_LIMIT;
  },
});

const method = 'Held-out problems, the same before and after.';

const defaultExperiment: Experiment = {
  id: 'default',
  claim:
    'RL selects the method that works: held-out sampled accuracy rises by at least 25 points, and greedy accuracy by at least 25 or to above 90 %.',
  method,
  preset: 'default',
  policies: ['default', 'default-b'],
  arms: [learning, noLearning, shuffled],
  metrics: [sampledChange, greedyChange, ...methodMetrics('direct'), ...methodMetrics('worked')],
  rules: [
    everyRun(
      'grpo',
      'sampled up by at least 25 points, greedy up by at least 25 or above 90 %',
      (s) =>
        points(s.finalAccuracy, s.baseAccuracy) >= 25 &&
        (points(s.finalGreedy, s.baseGreedy) >= 25 || s.finalGreedy > 0.9),
    ),
    controlRule(noLearning),
    controlRule(shuffled),
  ],
};

const countdownExperiment: Experiment = {
  id: 'countdown',
  claim: 'Countdown improves by at least 10 sampled points.',
  method,
  preset: 'countdown',
  policies: ['default', 'default-b'],
  arms: [learning, shuffled],
  metrics: [sampledChange, greedyChange],
  rules: [
    everyRun('grpo', 'sampled up by at least 10 points', (s) => points(s.finalAccuracy, s.baseAccuracy) >= 10),
    controlRule(shuffled),
  ],
};

export const presetExperiments: readonly Experiment[] = [defaultExperiment, countdownExperiment];
