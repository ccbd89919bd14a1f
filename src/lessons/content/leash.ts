/** @file Lesson 2: the KL penalty decides where the policy ends, and that optimum can be computed. */
import { formatNumber, formatShare } from '../../ui/format.ts';
import { lastValue, type Row } from '../../ui/charts/series.ts';
import type { BuiltIn } from '../builtIn.ts';
import type { Outcome, Readings } from '../lesson.ts';
import { complete, hasSteps, meanOf } from '../measure.ts';

const STEPS = 60;
/** Steps over which the beginning and the end are averaged. */
const WINDOW = 10;

const nats = (value: number): string => `${formatNumber(value)} nats a token`;

function measure(rows: readonly Row[]): Readings | null {
  if (!hasSteps(rows, STEPS)) return null;
  const late = (key: string) => meanOf(rows, key, STEPS - WINDOW + 1, STEPS);
  return complete({
    before: meanOf(rows, 'reward', 1, 3),
    reward: late('reward'),
    kl: late('kl_exact'),
    entropy: late('entropy'),
  });
}

/** The exact read-out comes with the evaluation after the last step. */
function measureExact(rows: readonly Row[]): Readings | null {
  const readings = measure(rows);
  const gap = lastValue(rows, 'exact/gap');
  const left = lastValue(rows, 'exact/distance');
  return readings && gap && left && gap.row.step >= STEPS ? { ...readings, gap: gap.value, left: left.value } : null;
}

function judgeOptimum({ gap = Number.NaN, left = Number.NaN }: Readings): Outcome {
  const answer = gap >= 0.75 ? 'optimum' : gap < 0.25 ? 'base' : null;
  return {
    answer,
    measured: `${formatShare(gap)} of the gap to the optimum is closed; the distance to it is ${formatNumber(left)}.`,
  };
}

const noLeashed: Outcome = {
  answer: null,
  measured: 'There is no leashed run to compare with: run the part before this one first.',
};

function judgeFree(
  { kl = Number.NaN, entropy = Number.NaN }: Readings,
  { leash }: Readonly<Record<string, Readings>>,
): Outcome {
  const { kl: leashedKl, entropy: leashedEntropy } = leash ?? {};
  if (leashedKl === undefined || leashedEntropy === undefined) return noLeashed;
  const answer =
    kl > 1.5 * leashedKl && entropy < 0.75 * leashedEntropy
      ? 'further'
      : kl < 0.75 * leashedKl
        ? 'nearer'
        : kl < 1.25 * leashedKl
          ? 'same'
          : null;
  return {
    answer,
    measured: `KL ${nats(kl)} (leashed ${formatNumber(leashedKl)}), entropy ${nats(entropy)} (leashed ${formatNumber(leashedEntropy)}), over the last ${WINDOW} steps.`,
  };
}

function judgeTight(
  { before = Number.NaN, reward = Number.NaN }: Readings,
  { leash }: Readonly<Record<string, Readings>>,
): Outcome {
  const { before: leashedBefore, reward: leashedReward } = leash ?? {};
  if (leashedBefore === undefined || leashedReward === undefined) return noLeashed;
  const share = (reward - before) / (leashedReward - leashedBefore);
  const answer = share < 0.25 ? 'stays' : share > 0.75 ? 'same' : null;
  return {
    answer,
    measured: `Reward went from ${formatNumber(before)} to ${formatNumber(reward)}; with β 0.08 it went from ${formatNumber(leashedBefore)} to ${formatNumber(leashedReward)}.`,
  };
}

export const leash: BuiltIn = {
  summary: 'What β does: with it the policy ends at a place that can be computed, without it elsewhere.',
  steps: [
    {
      kind: 'read',
      id: 'optimum',
      title: 'A place to end at',
      control: 'beta',
      prose: [
        'Here a completion is three letters of eight, so all 512 can be listed with their rewards. Training climbs E[reward] − β KL(policy ‖ base): earn more, but stay near the base.',
        'The best policy for that is known exactly: base · exp(reward / β), made to sum to 1. The panel “Exact optimum” will draw it beside the base and the policy, for the likeliest sequences.',
      ],
    },
    {
      kind: 'run',
      id: 'leash',
      title: 'On the leash',
      evidence: 'exact',
      control: 'beta',
      name: 'β 0.08',
      prose: [
        `With β 0.08 the policy trains for ${STEPS} steps on nothing but sampled completions and their rewards. Nobody tells it the optimum.`,
      ],
      words: `preset=exact-seq&max_steps=${STEPS}`,
      set: 'Set β to 0.08',
      question: 'Where will the policy’s bars stand after 60 steps?',
      choices: [
        { id: 'base', label: 'Still about where the base’s stand' },
        { id: 'optimum', label: 'Close to the optimum’s' },
        { id: 'best', label: 'All on the single best sequence' },
      ],
      measure: measureExact,
      judge: judgeOptimum,
      after:
        'The optimum is not the best sequence: it keeps everything the base does, weighed by exp(reward / β). The policy finds it from samples alone.',
    },
    {
      kind: 'run',
      id: 'free',
      title: 'Off the leash',
      evidence: 'kl',
      control: 'beta',
      name: 'β 0',
      prose: ['Now β is 0: only the reward counts, and the optimum is the best sequence alone.'],
      words: `preset=exact-seq&beta=0&max_steps=${STEPS}`,
      set: 'Set β to 0',
      question: 'Compared with the leashed run, where are KL and entropy after as many steps?',
      compares: ['leash'],
      choices: [
        { id: 'further', label: 'KL much higher, entropy lower' },
        { id: 'same', label: 'Both about the same' },
        { id: 'nearer', label: 'KL lower' },
      ],
      measure,
      judge: judgeFree,
      after:
        'The policy narrows to fewer and fewer sequences. Reward is higher than on the leash, and what the base could do besides is being lost. With more steps it settles on sequences that are good and not the best.',
    },
    {
      kind: 'run',
      id: 'tight',
      title: 'A short leash',
      evidence: 'reward',
      control: 'beta',
      name: 'β 1',
      prose: [
        'Rewards here lie between 0 and 1. With β 1 one nat of divergence costs as much as the whole reward can bring.',
      ],
      words: `preset=exact-seq&beta=1&max_steps=${STEPS}`,
      set: 'Set β to 1',
      question: 'How far does the reward rise, compared with β 0.08?',
      compares: ['leash'],
      choices: [
        { id: 'stays', label: 'Hardly at all' },
        { id: 'same', label: 'About as far' },
        { id: 'more', label: 'Further' },
      ],
      measure,
      judge: judgeTight,
      after: 'The policy does reach its optimum, which lies next to the base. β chooses the place, not the speed.',
    },
  ],
  learnt: [
    'With a KL penalty the policy has a best place to end at, base · exp(reward / β), and finds it from samples.',
    'β chooses that place, not the speed: 0 lets go of the base, a large β stays beside it.',
  ],
};
