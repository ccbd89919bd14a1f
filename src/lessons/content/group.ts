/** @file Lesson 1: a group compares completions with each other, and teaches only where their rewards differ. */
import { formatShare } from '../../ui/format.ts';
import { complete, hasSteps, meanOf } from '../measure.ts';
import type { Lesson, Outcome } from '../lesson.ts';

const FLAT = 'frac_reward_zero_std';
/** Steps in which the policy is still close to its base. */
const EARLY = 8;
const PAIR_STEPS = 12;
const GROUP_STEPS = 40;

const fewHalfMost = (flat: number): string | null =>
  flat < 0.25 ? 'few' : flat >= 0.35 && flat <= 0.75 ? 'half' : flat > 0.85 ? 'most' : null;

function judgeGroups({ early = Number.NaN, late = Number.NaN }: Readonly<Record<string, number>>): Outcome {
  const answer =
    early < 0.25 && late > 0.5 ? 'rise' : early < 0.25 && late < 0.25 ? 'few' : early > 0.5 ? 'many' : null;
  return {
    answer,
    measured: `Flat groups: ${formatShare(early)} over the first ${EARLY} steps, ${formatShare(late)} over the last ${EARLY}.`,
  };
}

export const group: Lesson = {
  id: 'group',
  summary: 'Why one prompt is answered several times, and when a group has nothing to teach.',
  steps: [
    {
      kind: 'read',
      id: 'compare',
      title: 'Better than what?',
      control: 'num_generations',
      prose: [
        'A reward alone says little: is 0.5 good? GRPO answers one prompt several times and compares each reward with the mean of that group. What did better is made more likely, what did worse less.',
        'A group whose completions all earn the same is flat: every difference from its mean is 0, so it moves nothing, whether all are right or all are wrong.',
      ],
    },
    {
      kind: 'run',
      id: 'pairs',
      title: 'Groups of two',
      control: 'num_generations',
      name: 'Groups of 2',
      prose: ['The base is right about four times in ten. Each step asks 32 problems and answers each of them twice.'],
      words: `num_generations=2&prompts_per_step=32&max_steps=${PAIR_STEPS}`,
      set: 'Set the group size to 2',
      question: 'In how many of the 32 pairs do both completions earn the same, over the first eight steps?',
      choices: [
        { id: 'few', label: 'In few: less than a quarter' },
        { id: 'half', label: 'In about half' },
        { id: 'most', label: 'In nearly all' },
      ],
      measure: (rows) => (hasSteps(rows, PAIR_STEPS) ? complete({ flat: meanOf(rows, FLAT, 1, EARLY) }) : null),
      judge: ({ flat = Number.NaN }) => ({
        answer: fewHalfMost(flat),
        measured: `${formatShare(flat)} of the pairs were flat over the first ${EARLY} steps.`,
      }),
      after:
        'Two coins often fall alike. Those completions were sampled and scored, and taught nothing. Open “Flat groups” under the charts to see it.',
    },
    {
      kind: 'run',
      id: 'eights',
      title: 'Groups of eight',
      control: 'num_generations',
      name: 'Groups of 8',
      prose: [
        'The same 64 completions a step, now as 8 problems with 8 answers each, for 40 steps. The policy will become right nearly every time.',
      ],
      words: `max_steps=${GROUP_STEPS}`,
      set: 'Set the group size to 8',
      question: 'What becomes of the share of flat groups?',
      choices: [
        { id: 'few', label: 'There are few all the time' },
        { id: 'rise', label: 'Few at first, more than half at the end' },
        { id: 'many', label: 'There are many from the beginning' },
      ],
      measure: (rows) =>
        hasSteps(rows, GROUP_STEPS)
          ? complete({
              early: meanOf(rows, FLAT, 1, EARLY),
              late: meanOf(rows, FLAT, GROUP_STEPS - EARLY + 1, GROUP_STEPS),
            })
          : null,
      judge: judgeGroups,
      after:
        'Eight answers to one problem hardly ever agree while the policy is undecided. When it is right every time, they agree again: learning stops because there is nothing left to compare.',
    },
  ],
};
