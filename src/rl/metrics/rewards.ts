/** @file Metrics of the rewards: level and spread, groups, terms, methods, pass@k. */
import { mean, passAtK, standardDeviation } from '../../lib/statistics.ts';
import { weightAt } from '../rewards/composer.ts';
import { rewardTerms } from '../rewards/composition.ts';
import { type MethodShare, methodShares } from './methodShares.ts';
import { meanOf, sampledGroups, sampledTrajectories, shareOf, type StepFacts } from './facts.ts';
import type { ChartedRun, Metrics } from './metric.ts';

type Sampled = Pick<StepFacts, 'samples'>;

/** Rewards that are numbers, by group; groups without any are left out. */
const knownRewards = (facts: Sampled): readonly (readonly number[])[] =>
  sampledGroups(facts)
    .map(({ completions }) => completions.map(({ reward }) => reward).filter(Number.isFinite))
    .filter((rewards) => rewards.length > 0);

/** Whether each completion is right, by group. */
const verdicts = (facts: Sampled): readonly (readonly boolean[])[] =>
  sampledGroups(facts).map(({ completions }) => completions.map(({ verdict }) => verdict.correct));

/** Sizes k of pass@k for a group of so many completions: 1, 2, 4 and so on. */
export const passSizes = (completions: number): readonly number[] => [1, 2, 4, 8, 16].filter((k) => k <= completions);

/** A number of each reward term, of its scores that are numbers. */
const eachTerm =
  (number: (scores: readonly number[], all: number) => number | undefined) =>
  (facts: Sampled): Record<string, number | undefined> => {
    const judged = sampledTrajectories(facts);
    return Object.fromEntries(
      Object.keys(judged[0]?.terms ?? {}).map((id) => [
        id,
        number(judged.map(({ terms }) => terms[id] ?? NaN).filter(Number.isFinite), judged.length),
      ]),
    );
  };

const eachMethod =
  (number: (share: MethodShare) => number | undefined) =>
  (facts: Pick<StepFacts, 'samples' | 'task'>): Record<string, number | undefined> =>
    Object.fromEntries(
      Object.entries(methodShares(facts.task, sampledTrajectories(facts))).map(([id, share]) => [id, number(share)]),
    );

/**
 * Unbiased over groups of different sizes (arXiv 2107.03374, section 2.1); nothing for groups of one, whose pass@1 is
 * the accuracy.
 */
function passAt(facts: Sampled): Record<string, number> {
  const groups = verdicts(facts);
  const smallest = Math.min(...groups.map((group) => group.length));
  if (smallest < 2) return {};
  const at = (k: number) => mean(groups.map((group) => passAtK(group.length, group.filter(Boolean).length, k)));
  return Object.fromEntries(passSizes(smallest).map((k) => [k, at(k)]));
}

/**
 * Not so for tasks with listed outcomes: rewards have all sizes, one completion alone has the highest, and a group that
 * misses it is not wrong.
 */
const hasVerdicts = ({ task }: ChartedRun): boolean => !task?.outcomes;

export const rewards = {
  reward: {
    label: 'Reward',
    unit: '',
    formula: 'mean R',
    summary: 'Mean reward of the step’s completions.',
    chart: { id: 'reward', color: 'reward', floor: [0, 1], isMain: true },
    of: (facts) => meanOf(knownRewards(facts).flat()),
  },
  frac_reward_zero_std: {
    label: 'Groups without spread',
    unit: 'share',
    formula: 'groups with std R = 0 / groups',
    summary: 'Groups whose completions all earned the same: they give no policy gradient.',
    chart: { id: 'spread', title: 'Flat groups', floor: [0, 1], line: 'All the same', color: 'other' },
    of: (facts) => {
      const known = knownRewards(facts);
      return known.length > 0 ? shareOf(known.map((group) => group.every((reward) => reward === group[0]))) : undefined;
    },
  },
  frac_groups_all_right: {
    label: 'Groups all right',
    unit: 'share',
    formula: 'groups all correct / groups',
    summary: 'Prompts that the policy already solves every time.',
    chart: { id: 'spread', line: 'All right', color: 'positive', draw: 'dashed', when: hasVerdicts },
    of: (facts) => shareOf(verdicts(facts).map((group) => group.every(Boolean))),
  },
  frac_groups_all_wrong: {
    label: 'Groups all wrong',
    unit: 'share',
    formula: 'groups all incorrect / groups',
    summary: 'Prompts that no completion of the group solved.',
    chart: { id: 'spread', line: 'All wrong', color: 'negative', draw: 'dashed', when: hasVerdicts },
    of: (facts) => shareOf(verdicts(facts).map((group) => !group.some(Boolean))),
  },
  reward_std: {
    label: 'Reward spread',
    unit: '',
    formula: 'mean over groups of std R',
    summary: 'How much completions of one prompt differ in reward; without spread there is nothing to learn from.',
    chart: { id: 'reward-std', color: 'reward', floor: [0, 0.2] },
    of: (facts) => meanOf(knownRewards(facts).map((group) => (group.length > 1 ? standardDeviation(group, 1) : 0))),
  },
  accuracy: {
    label: 'Accuracy',
    unit: 'share',
    formula: 'correct / completions',
    summary: 'Share of the step’s completions that the verifier accepts.',

    of: (facts) => shareOf(sampledTrajectories(facts).map(({ verdict }) => verdict.correct)),
  },
  'pass@{k}': {
    label: 'pass@k',
    unit: 'share',
    formula: 'mean over groups of 1 − C(n − c, k) / C(n, k)',
    summary:
      'Chance that at least one of k completions of a prompt is right, c of n being right (arXiv 2107.03374); k is 1, 2, 4 and so on, up to the size of a group.',
    only: 'with groups of two or more',

    each: passAt,
  },
  'rewards/excluded': {
    label: 'Completions without a reward',
    unit: 'completions',
    formula: 'count',
    summary: 'Completions whose reward was no number; they take no part.',
    only: 'where there are any',

    of: (facts) => {
      const excluded = sampledTrajectories(facts).filter(({ reward }) => !Number.isFinite(reward));
      return excluded.length || undefined;
    },
  },
  'rewards/{term}/mean': {
    label: 'Term',
    unit: '',
    formula: 'mean',
    summary: 'Mean score of a reward term before it is clipped, centred and weighted.',
    only: 'for each term with scores',

    each: eachTerm(meanOf),
  },
  'rewards/{term}/std': {
    label: 'Spread of a term',
    unit: '',
    formula: 'std',
    summary: 'Standard deviation of the scores of a reward term.',
    only: 'for each term with scores',

    each: eachTerm((scores) =>
      scores.length > 1 ? standardDeviation(scores, 1) : scores.length === 1 ? 0 : undefined,
    ),
  },
  'rewards/{term}/failed': {
    label: 'Scores missing',
    unit: 'completions',
    formula: 'count',
    summary: 'Completions for which a reward term gave no number.',
    only: 'where there are any',

    each: eachTerm((scores, all) => all - scores.length || undefined),
  },
  'rewards/{term}/weight': {
    label: 'Weight of a term',
    unit: '',
    formula: 'schedule at this step',
    summary: 'Weight of a reward term at this step.',
    only: 'for terms whose weight moves',

    each: ({ task, config, step }) =>
      Object.fromEntries(
        rewardTerms(task, config)
          .filter(({ schedule }) => schedule.kind !== 'constant')
          .map(({ id, weight, schedule }) => [id, weightAt(weight, schedule, step)]),
      ),
  },
  'methods/{method}/share': {
    label: 'Share of a method',
    unit: 'share',
    formula: 'completions by this method / completions',
    summary: 'How often a method of the task was used.',
    only: 'for tasks with methods',

    each: eachMethod(({ share }) => share),
  },
  'methods/{method}/accuracy': {
    label: 'Accuracy of a method',
    unit: 'share',
    formula: 'correct / completions by this method',
    summary: 'How often a method of the task was right where it was used.',
    only: 'for methods that were used',

    each: eachMethod(({ accuracy }) => accuracy),
  },
} satisfies Metrics<StepFacts>;
