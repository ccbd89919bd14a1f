/** @file Lesson 1: a group compares completions with each other, and teaches only where their rewards differ. */
import type { BuiltInData } from '../builtIn.ts';

const FLAT = 'frac_reward_zero_std';
/** Steps in which the policy is still close to its base. */
const EARLY = 8;
const PAIR_STEPS = 12;
const GROUP_STEPS = 40;

export const group: BuiltInData = {
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
      evidence: 'spread',
      name: 'Groups of 2',
      prose: ['The base is right about four times in ten. Each step asks 32 problems and answers each of them twice.'],
      settings: `num_generations=2&prompts_per_step=32&max_steps=${PAIR_STEPS}`,
      set: 'Set the group size to 2',
      question: 'In how many of the 32 pairs do both completions earn the same, over the first eight steps?',
      readings: { flat: { metric: FLAT, from: 1, to: EARLY } },
      choices: [
        { id: 'few', label: 'In few: less than a quarter', when: [{ reading: 'flat', below: 0.25 }] },
        { id: 'half', label: 'In about half', when: [{ reading: 'flat', atLeast: 0.35, below: 0.75 }] },
        { id: 'most', label: 'In nearly all', when: [{ reading: 'flat', atLeast: 0.85 }] },
      ],
      measured: `{flat} of the pairs were flat over the first ${EARLY} steps.`,
      after: 'Two coins often fall alike. Those completions were sampled and scored, and taught nothing.',
    },
    {
      kind: 'run',
      id: 'eights',
      title: 'Groups of eight',
      control: 'num_generations',
      evidence: 'spread',
      name: 'Groups of 8',
      prose: [
        'The same 64 completions a step, now as 8 problems with 8 answers each, for 40 steps. The policy will become right nearly every time.',
      ],
      settings: `max_steps=${GROUP_STEPS}`,
      set: 'Set the group size to 8',
      question: 'What becomes of the share of flat groups?',
      readings: {
        early: { metric: FLAT, from: 1, to: EARLY },
        late: { metric: FLAT, from: GROUP_STEPS - EARLY + 1, to: GROUP_STEPS },
      },
      choices: [
        {
          id: 'few',
          label: 'There are few all the time',
          when: [
            { reading: 'early', below: 0.25 },
            { reading: 'late', below: 0.25 },
          ],
        },
        {
          id: 'rise',
          label: 'Few at first, more than half at the end',
          when: [
            { reading: 'early', below: 0.25 },
            { reading: 'late', atLeast: 0.5 },
          ],
        },
        { id: 'many', label: 'There are many from the beginning', when: [{ reading: 'early', atLeast: 0.5 }] },
      ],
      measured: `Flat groups: {early} over the first ${EARLY} steps, {late} over the last ${EARLY}.`,
      after:
        'Eight answers to one problem hardly ever agree while the policy is undecided. When it is right every time, they agree again: learning stops because there is nothing left to compare.',
    },
  ],
  learnt: [
    'An answer is judged against its group, so a group in which all earn the same teaches nothing: {pairs.flat} of your pairs.',
    'Larger groups agree less often: {eights.early} of your groups of eight at first, and {eights.late} once the policy was right nearly always.',
  ],
};
