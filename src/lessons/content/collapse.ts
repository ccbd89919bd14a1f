/** @file Lesson 3: a policy whose entropy falls before the reward has risen gets stuck. */
import { mean } from '../../lib/statistics.ts';
import { formatNumber, formatShare } from '../../ui/format.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { BuiltIn } from '../builtIn.ts';
import type { Outcome, Readings } from '../lesson.ts';
import { complete, firstReach, hasSteps, meanOf, REACH_STEPS, valuesOf } from '../measure.ts';

const HOT_STEPS = 24;
const GENTLE_STEPS = 40;
/** Accuracy at which the two runs are compared. */
const LEVEL = 0.55;
/** Share of the initial entropy below which it counts as spent. */
const SPENT = 0.2;
const END = 8;

/** Mean entropy over the three steps from where the accuracy first reached the level, relative to the first step. */
function entropyAtLevel(rows: readonly Row[]): number | null {
  const step = firstReach(rows, 'accuracy', LEVEL);
  const [first] = valuesOf(rows, 'entropy');
  const there = step === null ? null : meanOf(rows, 'entropy', step, step + 2);
  return first === undefined || there === null ? null : there / first;
}

/** Best moving average of the accuracy, over `REACH_STEPS` steps. */
function peakOf(rows: readonly Row[]): number | null {
  const accuracies = valuesOf(rows, 'accuracy');
  const means = accuracies
    .slice(REACH_STEPS - 1)
    .map((_last, index) => mean(accuracies.slice(index, index + REACH_STEPS)));
  return means.length === 0 ? null : Math.max(...means);
}

function measureHot(rows: readonly Row[]): Readings | null {
  if (!hasSteps(rows, HOT_STEPS)) return null;
  const [first = Number.NaN] = valuesOf(rows, 'entropy');
  const spent = rows.find(({ values }) => (values['entropy'] ?? Infinity) <= SPENT * first)?.step ?? 0;
  const left = entropyAtLevel(rows);
  return complete({
    spent,
    peak: peakOf(rows),
    end: meanOf(rows, 'accuracy', HOT_STEPS - END + 1, HOT_STEPS),
    ...(left === null ? {} : { left }),
  });
}

function judgeHot({ spent = 0, peak = Number.NaN, end = Number.NaN }: Readings): Outcome {
  const isSpent = spent > 0 && spent <= HOT_STEPS / 2;
  const isLost = end <= peak - 0.1;
  const answer = isSpent && isLost ? 'spent' : !isSpent ? 'keeps' : end >= 0.9 ? 'fine' : null;
  const when =
    spent > 0
      ? `Entropy was below a fifth of its first value from step ${spent} on`
      : 'Entropy did not fall below a fifth of its first value';
  return {
    answer,
    measured: `${when}. Accuracy: ${formatShare(peak)} over its best ${REACH_STEPS} steps in a row, ${formatShare(end)} over the last ${END} steps.`,
  };
}

function judgeGentle(
  { left = Number.NaN, end = Number.NaN }: Readings,
  { hot }: Readonly<Record<string, Readings>>,
): Outcome {
  const hotLeft = hot?.['left'];
  if (hotLeft === undefined)
    return {
      answer: null,
      measured:
        'There is no fast run that reached the same accuracy to compare with: run the part before this one first.',
    };
  const answer = left >= 1.3 * hotLeft ? 'gentle' : left <= hotLeft / 1.3 ? 'hot' : 'same';
  return {
    answer,
    measured: `When accuracy, averaged over ${REACH_STEPS} steps, first reached ${formatShare(LEVEL)}, ${formatShare(left)} of the first entropy was left; in the fast run ${formatShare(hotLeft)}. At the end accuracy is ${formatShare(end)}, there it was ${formatShare(hot?.['end'] ?? Number.NaN)}.`,
  };
}

export const collapse: BuiltIn = {
  summary: 'Entropy near 0 while answers are still wrong: a policy that is certain and stuck.',
  steps: [
    {
      kind: 'read',
      id: 'entropy',
      title: 'Entropy is what is left to learn with',
      prose: [
        'Entropy says how undecided the policy is about its next token, in nats: 0 is a policy that always writes the same. Only what is sampled now and then can be found to be better, so entropy is spent as the policy learns.',
        'Low entropy is no fault by itself: a policy that is always right may be certain. The question is what was bought with it. Watch the entropy beside the reward.',
      ],
    },
    {
      kind: 'run',
      id: 'hot',
      title: 'Too fast',
      evidence: 'entropy',
      control: 'learning_rate',
      name: 'Learning rate 0.01',
      prose: ['The learning rate is ten times its default, 0.01. Each step moves the policy as far as ten usual ones.'],
      words: `learning_rate=0.01&max_steps=${HOT_STEPS}`,
      set: 'Set the learning rate to 0.01',
      question: `What happens in ${HOT_STEPS} steps?`,
      choices: [
        { id: 'fine', label: 'Entropy is spent quickly, and accuracy ends above 90 %' },
        { id: 'spent', label: 'Entropy is spent quickly, and accuracy falls back from its best' },
        { id: 'keeps', label: 'Entropy stays up' },
      ],
      measure: measureHot,
      judge: judgeHot,
      after:
        'The policy was certain within a few steps. From then on many groups are flat although many answers are wrong: what it is wrong about it hardly samples otherwise, and each large step throws it further.',
    },
    {
      kind: 'run',
      id: 'gentle',
      title: 'Seeing it coming',
      evidence: 'entropy',
      control: 'learning_rate',
      name: 'Learning rate 0.001',
      prose: [
        `The default learning rate, 0.001. Compare the two at the same accuracy, when ${formatShare(LEVEL)} of the answers of ${REACH_STEPS} steps in a row are right: which of them has more entropy left there?`,
      ],
      words: `max_steps=${GENTLE_STEPS}`,
      set: 'Set the learning rate to 0.001',
      question: 'Which run has more entropy left at the same accuracy?',
      compares: ['hot'],
      choices: [
        { id: 'gentle', label: 'The gentle one' },
        { id: 'same', label: 'Both about the same' },
        { id: 'hot', label: 'The fast one' },
      ],
      measure: (rows) =>
        hasSteps(rows, GENTLE_STEPS)
          ? complete({
              left: entropyAtLevel(rows),
              end: meanOf(rows, 'accuracy', GENTLE_STEPS - END + 1, GENTLE_STEPS),
            })
          : null,
      judge: judgeGentle,
      after: `The sign to look for is the price: entropy against accuracy, not entropy against time. ${formatNumber(0)} nats at full accuracy is a finished policy; the same at half accuracy is one that has stopped looking.`,
    },
  ],
  learnt: [
    'Entropy is spent as a policy learns. The sign of trouble is entropy near 0 while answers are still wrong.',
    'A learning rate that is too high spends it before the right answers were found; a gentle one buys more accuracy for the same entropy.',
  ],
};
