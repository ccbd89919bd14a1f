/** @file Lesson 0: one prompt, two answers, one update, every number read off that very run. */
import { termWords } from '../../ui/termWords.ts';
import type { BuiltInData } from '../builtIn.ts';

/**
 * With this seed the first two answers are one right and one wrong, and they begin with the same token. Held-out
 * accuracy after one prompt would be noise.
 */
const PAIR = 'seed=1&num_generations=2&prompts_per_step=1&warmup_steps=0&max_steps=1&eval_every=0';
const GENTLE = `${PAIR}&learning_rate=0.0002`;
const PASSES = 4;
const MANY = 30;

export const update: BuiltInData = {
  summary: 'Start here: two answers to one prompt, and what a single update of GRPO makes of them.',
  steps: [
    {
      kind: 'run',
      id: 'look',
      title: 'A group, rewards, advantages',
      control: 'num_generations',
      evidence: 'river:advantage',
      name: 'Two answers, nothing learnt',
      prose: [
        'The policy is a small language model. It writes an answer token by token, each drawn from its probabilities. GRPO asks the same prompt several times: these answers are a group, here the smallest there is, two.',
        'A program checks each answer. Its reward is 1 if it is right and 0 if not. The mean reward of the group is subtracted, and the difference, divided by the spread of the group’s rewards (their standard deviation), is the advantage. With learning rate 0 nothing moves yet, so that the group can be read first.',
      ],
      settings: `${PAIR}&learning_rate=0`,
      set: 'Set up one prompt with two answers',
      question: 'One of the two answers is right. What are their advantages?',
      readings: {
        mean: { update: 'mean' },
        spread: { update: 'spread' },
        rightReward: { update: 'right.reward' },
        wrongReward: { update: 'wrong.reward' },
        right: { update: 'right.advantage' },
        wrong: { update: 'wrong.advantage' },
        before: { update: 'right.before' },
      },
      choices: [
        {
          id: 'zero',
          label: 'Above 0 for the right one, 0 for the wrong one',
          when: [
            { reading: 'right', atLeast: 0.01 },
            { reading: 'wrong', atLeast: -0.01, below: 0.01 },
          ],
        },
        {
          id: 'signs',
          label: 'Above 0 for the right one, below 0 for the wrong one',
          when: [
            { reading: 'right', atLeast: 0.01 },
            { reading: 'wrong', below: -0.01 },
          ],
        },
        {
          id: 'both',
          label: 'Above 0 for both',
          when: [
            { reading: 'right', atLeast: 0.01 },
            { reading: 'wrong', atLeast: 0.01 },
          ],
        },
      ],
      measured:
        'Rewards {rightReward} and {wrongReward}, mean {mean}, spread {spread}. Advantage of the right answer ({rightReward} − {mean}) / {spread} = {right}, of the wrong one ({wrongReward} − {mean}) / {spread} = {wrong}.',
      after: `An answer is good or bad only beside its group. Had both been right, both advantages would be 0 and nothing would be learnt. ${termWords.spread} Rewards of 0.51 and 0.50 would give nearly the same {right} and {wrong}.`,
    },
    {
      kind: 'read',
      id: 'push',
      title: 'The tokens that are pushed',
      evidence: 'river:push',
      prose: [
        'An advantage goes to every token of its answer: {look.right} to those of the right one, which asks to make them likelier, and {look.wrong} to those of the wrong one.',
        'Where both answers went through the same token, the two pushes add up to 0. They count where the answers part. A shared token can still move a little later: the pushes on the others change weights that it uses too.',
      ],
    },
    {
      kind: 'read',
      id: 'ratio',
      title: 'The ratio begins at 1',
      evidence: 'tokens',
      prose: [
        'GRPO makes advantage × ratio larger. The ratio of a token is its probability now, divided by that with which it was written. At learning rate 0 the update moved nothing, so each is 1.',
        `${termWords.clip} Here the range is 0.8 to 1.2. At a ratio of 1 nothing is cut yet.`,
      ],
    },
    {
      kind: 'run',
      id: 'update',
      title: 'One update',
      control: 'learning_rate',
      evidence: 'river:shift',
      name: 'One update',
      prose: [
        'The same seed gives the same two answers. Now the learning rate is 0.0002, and one update is made. The right answer had a probability of {look.before}.',
        'The learning rate decides how far one update goes.',
      ],
      settings: GENTLE,
      set: 'Set the learning rate to 0.0002',
      question: 'Which answer becomes likelier, and by how much?',
      readings: {
        before: { update: 'right.before' },
        after: { update: 'right.after' },
        factor: { update: 'right.factor' },
        wrongBefore: { update: 'wrong.before' },
        wrongAfter: { update: 'wrong.after' },
        wrongFactor: { update: 'wrong.factor' },
        correctBefore: { update: 'correct.before' },
        correctAfter: { update: 'correct.after' },
      },
      choices: [
        {
          id: 'little',
          label: 'The right one, by less than half of what it had',
          when: [{ reading: 'factor', atLeast: 1.001, below: 1.5 }],
        },
        { id: 'much', label: 'The right one, by half or more', when: [{ reading: 'factor', atLeast: 1.5 }] },
        { id: 'wrong', label: 'The wrong one', when: [{ reading: 'wrongFactor', atLeast: 1.001 }] },
      ],
      measured:
        'The right answer went from {before} to {after} ({factor}), the wrong one from {wrongBefore} to {wrongAfter} ({wrongFactor}). All right answers together: from {correctBefore} to {correctAfter}.',
      after:
        'That is the whole of it: sample, check, compare, push. Answers share tokens and weights, so answers outside the group move too, and a wrong one may rise with the right one: the river shows the change of each at its end. An update is small on purpose, because two answers are little evidence; and one prompt teaches one prompt.',
    },
    {
      kind: 'run',
      id: 'again',
      title: 'The same answers again: ratio and clip',
      control: 'num_iterations',
      evidence: 'tokens',
      name: `${PASSES} updates on the same answers`,
      prose: [
        `Sampling is dear, so the same answers are often used for several updates, here ${PASSES}. From the second update on the ratio is no longer 1.`,
      ],
      settings: `${GENTLE}&num_iterations=${PASSES}`,
      set: `Set ${PASSES} updates per rollout`,
      question: 'Does the clip cut the push of a token in these four updates?',
      readings: {
        least: { metric: 'policy_ratio/min', as: 'hundredths' },
        most: { metric: 'policy_ratio/max', as: 'hundredths' },
        clipped: { metric: 'clip_ratio/region_mean' },
        after: { update: 'right.after' },
        wrongAfter: { update: 'wrong.after' },
      },
      choices: [
        { id: 'none', label: 'No: no ratio goes that far', when: [{ reading: 'clipped', below: 0.001 }] },
        { id: 'some', label: 'Yes, that of some tokens', when: [{ reading: 'clipped', atLeast: 0.001, below: 0.6 }] },
        { id: 'most', label: 'Yes, that of most tokens', when: [{ reading: 'clipped', atLeast: 0.6 }] },
      ],
      measured:
        'Ratios went from {least} to {most} when the updates computed their pushes, each before it moved the policy; the table has the ratios after the last one. Counting every token in each update, the clip cut {clipped} of the pushes. The right answer is at {after}, after one update it was at {update.after}; the wrong one at {wrongAfter}.',
      after:
        'Two answers are little evidence for large moves, and that is what the clip is for: {clipped} of the pushes were stopped at 0.8 or 1.2. It ends this push, it does not hold the ratio, which can end far beyond: pushes on other tokens go through the same weights, a token that rises takes probability from the others at its place, and the optimizer’s momentum carries on.',
    },
    {
      kind: 'run',
      id: 'many',
      title: 'Many updates, and KL',
      evidence: 'kl',
      name: `${MANY} ordinary steps`,
      prose: [
        `A run repeats this. Here are ${MANY} steps with the usual 8 prompts and 8 answers to each, and held-out accuracy on prompts that are never trained on.`,
        `${termWords.kl} 0 is the same. ${termWords.nat} It is measured at the beginning of a step, before its update, so after one step it still reads 0.`,
      ],
      settings: `max_steps=${MANY}`,
      set: `Set up ${MANY} ordinary steps`,
      question: `Where do accuracy and KL stand after ${MANY} steps?`,
      readings: {
        first: { metric: 'accuracy', from: 1, to: 3 },
        last: { metric: 'accuracy', from: MANY - 2, to: MANY },
        kl: { metric: 'kl_exact', from: MANY - 2, to: MANY },
        factor: { metric: 'kl_exact', from: MANY - 2, to: MANY, as: 'factor' },
      },
      choices: [
        {
          id: 'both',
          label: 'Both are higher',
          when: [
            { reading: 'last', minus: 'first', atLeast: 0.05 },
            { reading: 'kl', atLeast: 0.005 },
          ],
        },
        {
          id: 'still',
          label: 'Accuracy is higher, KL is still 0',
          when: [
            { reading: 'last', minus: 'first', atLeast: 0.05 },
            { reading: 'kl', below: 0.005 },
          ],
        },
        { id: 'neither', label: 'Accuracy is no higher', when: [{ reading: 'last', minus: 'first', below: 0.02 }] },
      ],
      measured:
        'Accuracy on the training answers went from {first} (first 3 steps) to {last} (last 3). KL over the last 3 steps is {kl} nats per token: on average the policy’s tokens are {factor} as likely as under the base.',
      after:
        'What was learnt shows as distance: the policy now prefers answers that its base gave less often. The way is not straight, since every step sees other prompts. β can limit the distance: that is lesson 2.',
    },
  ],
  learnt: [
    'Group and advantage: reward less the mean of the group ({look.mean}), divided by the spread of its rewards ({look.spread}), which puts all groups on one scale. Yours were {look.right} for the right answer and {look.wrong} for the wrong one.',
    'One update made the right answer {update.factor} as likely ({update.before} to {update.after}) and the wrong one {update.wrongFactor}.',
    'On the same answers again updates met ratios from {again.least} to {again.most}, and the clip, which keeps old answers from moving the policy far, cut {again.clipped} of the pushes.',
    `KL is the distance from the base: after ${MANY} steps it was {many.kl} nats per token, tokens {many.factor} as likely as under the base, and {many.last} of the training answers were right.`,
  ],
};
