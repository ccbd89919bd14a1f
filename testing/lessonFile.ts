/** @file A lesson file with every kind of part, as tests change it. */
import type { Json } from './hostileJson.ts';

export const lessonFile = {
  format: 'rollout-lesson',
  version: 1,
  author: 'Ms Example',
  title: 'Pairs',
  summary: 'One step of groups of two.',
  steps: [
    { kind: 'read', id: 'begin', title: 'Begin', prose: ['Two answers a prompt.'], control: 'num_generations' },
    {
      kind: 'run',
      id: 'one',
      title: 'One step',
      prose: ['Let it run.'],
      evidence: 'river:shift',
      settings: 'num_generations=2&max_steps=2',
      set: 'Set groups of two',
      name: 'Pairs',
      question: 'Does the right answer become likelier?',
      readings: {
        reward: { metric: 'reward', from: 1, to: 2 },
        before: { update: 'right.before' },
        after: { update: 'right.after', as: 'share' },
      },
      choices: [
        { id: 'yes', label: 'Yes', when: [{ reading: 'after', minus: 'before', atLeast: 0.01 }] },
        { id: 'no', label: 'No', when: [{ reading: 'after', over: 'before', below: 1 }] },
      ],
      measured: 'From {before} to {after}, reward {reward}.',
      after: 'It went to {after}.',
    },
    {
      kind: 'run',
      id: 'two',
      title: 'Another',
      prose: ['It stood at {one.after}.'],
      settings: 'max_steps=2&seed=2',
      set: 'Set seed 2',
      name: 'Seed 2',
      question: 'Is the reward higher, compared with the run before?',
      readings: { reward: { metric: 'reward', from: 1, to: 2 } },
      choices: [
        { id: 'yes', label: 'Yes', when: [{ reading: 'reward', minus: 'one.reward', atLeast: 0 }] },
        { id: 'no', label: 'No', when: [{ reading: 'reward', minus: 'one.reward', below: 0 }] },
      ],
      measured: 'Reward {reward}, before {one.reward}.',
      after: 'So it was.',
    },
  ],
  learnt: ['Reward {two.reward}.'],
  next: 'group',
  teacher: ['Ask first.'],
} as const satisfies Json;
