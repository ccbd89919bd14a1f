/** @file Notes for teachers on each lesson, and a plan for 45 minutes; shown below the list of lessons. */
import type { LessonId } from '../list.ts';

export const teacherNotes: Readonly<Record<LessonId, readonly string[]>> = {
  update: [
    'For: everybody, before anything else. Five minutes; each run but the last is a single step.',
    'Ask before “One update”: where does the probability go that the wrong answer loses? (To all other answers, right and wrong; the river shows it.)',
    'Usual misunderstanding: “reward 0 does nothing”. Beside a mean of 0.5 it pushes down as hard as 1 pushes up.',
    'The seed is set, so that a class sees the same two answers. On another seed both may be right or both wrong: then nothing moves, which is lesson 1.',
  ],
  group: [
    'Ask: a prompt that is answered right every time, what does it teach? Then one that is never answered right.',
    'Usual misunderstanding: a flat group is a failure. At the end of a run it means that the prompt is solved.',
    'Follow-up: let half of the class run groups of 4 and the other half groups of 16, and compare “Groups without spread”.',
  ],
  leash: [
    'The optimum is known here, so “how good is the policy” has an exact answer. Let the class write base · exp(reward / β) for two sequences by hand.',
    'Usual misunderstanding: β is a speed. The last run shows that it is a place.',
  ],
  collapse: [
    'Ask for the sign that would warn in time, before running. Entropy alone is no sign: a finished policy has little as well.',
    'Usual misunderstanding: more exploration is always better. Compare at equal accuracy.',
  ],
  hacking: [
    'Let the class design a bonus first and predict how a policy would cheat it; then run it with a term of its own.',
    'The second half (a phantom advantage) is for those who know the formula of GRPO; leave it out with beginners.',
  ],
  imitation: [
    'Ask: what could a policy never find by trial? The base writes the best sequence once in thousands of times.',
    'The distance from the base is the price of imitation: discuss what a real model would lose.',
  ],
  lora: [
    'Count with the class: how many numbers has the adapter, how many the base (last line of the page)?',
    'Usual misunderstanding: a higher rank learns better. Mostly it steps further; a higher learning rate does the same.',
  ],
};

/** A lesson of 45 minutes: minutes, and what to do. */
export const plan: readonly { readonly minutes: string; readonly doing: string }[] = [
  {
    minutes: '0 to 5',
    doing:
      'Project the page and press Step once. Let the class read the answers of the group aloud: which are right? How would you teach a program that is right four times in ten?',
  },
  {
    minutes: '5 to 15',
    doing:
      'Lesson 0 together. Collect hands for each prediction before you press Train; let somebody read the measured sentence aloud.',
  },
  {
    minutes: '15 to 27',
    doing: 'Lesson 1 in pairs, on their own devices. Each pair writes one sentence: when does a group teach nothing?',
  },
  {
    minutes: '27 to 38',
    doing:
      'Lesson 4, first two runs, in pairs: a reward is cheated and mended. Quick pairs go on to lesson 2. Where time is short, show it from the front.',
  },
  {
    minutes: '38 to 45',
    doing:
      'Close without screens: group, reward, advantage, clip, KL, each explained by a pupil in one sentence. Homework: a link to a run of their own with a prediction that failed.',
  },
];
