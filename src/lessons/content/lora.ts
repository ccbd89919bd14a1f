/** @file Lesson 6: a small adapter suffices, the effect of its rank, and the unchanged base behind it. */
import { formatShare } from '../../ui/format.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { BuiltIn } from '../builtIn.ts';
import type { Outcome, Readings } from '../lesson.ts';
import { complete, firstReach, hasSteps, meanOf, REACH_STEPS } from '../measure.ts';

const STEPS = 60;
const WIDE_STEPS = 30;
const END = 6;
const LEVEL = 0.75;

/** `reached` is 0 if the level was not reached. */
function measure(steps: number) {
  return (rows: readonly Row[]): Readings | null =>
    hasSteps(rows, steps)
      ? complete({
          before: meanOf(rows, 'accuracy', 1, 3),
          end: meanOf(rows, 'accuracy', steps - END + 1, steps),
          reached: firstReach(rows, 'accuracy', LEVEL) ?? 0,
        })
      : null;
}

const reachedWords = (reached: number): string =>
  reached > 0
    ? `averaged over ${REACH_STEPS} steps it first reached ${formatShare(LEVEL)} at step ${reached}`
    : `averaged over ${REACH_STEPS} steps it did not reach ${formatShare(LEVEL)}`;

function judgeNarrow({ before = Number.NaN, end = Number.NaN, reached = 0 }: Readings): Outcome {
  const answer = end >= before + 0.25 ? 'learns' : end < before + 0.1 ? 'nothing' : null;
  return {
    answer,
    measured: `Accuracy went from ${formatShare(before)} to ${formatShare(end)}; ${reachedWords(reached)}.`,
  };
}

function judgeWide(
  { end = Number.NaN, reached = 0 }: Readings,
  { narrow }: Readonly<Record<string, Readings>>,
): Outcome {
  const other = narrow?.['reached'];
  if (other === undefined)
    return { answer: null, measured: 'There is no run of rank 1 to compare with: run the part before this one first.' };
  const answer =
    reached > 0 && (other === 0 || reached <= 0.7 * other)
      ? 'faster'
      : other > 0 && (reached === 0 || reached >= 1.4 * other)
        ? 'slower'
        : 'same';
  return {
    answer,
    measured: `Accuracy of rank 32: ${reachedWords(reached)}, and it ended at ${formatShare(end)}. Accuracy of rank 1: ${reachedWords(other)}.`,
  };
}

export const lora: BuiltIn = {
  summary: 'An adapter of rank 1 learns too, rank changes how fast, and the base is a switch away.',
  steps: [
    {
      kind: 'read',
      id: 'adapter',
      title: 'Two thin matrices',
      control: 'lora_rank',
      prose: [
        'The base’s weights never change. Beside each of its matrices stand two thin ones, A and B; their product, times alpha / rank, is added to what the matrix does. Only they are trained: that is LoRA, and the rank is their width.',
        'The last line of the page says how many numbers base and adapter have.',
      ],
    },
    {
      kind: 'run',
      id: 'narrow',
      title: 'As thin as can be',
      evidence: 'reward',
      control: 'lora_rank',
      name: 'Rank 1',
      prose: [
        'Rank 1: one column and one row for each matrix, an eighth of the default. Alpha is 2, so that alpha / rank stays as it is.',
      ],
      words: `lora_rank=1&lora_alpha=2&max_steps=${STEPS}`,
      set: 'Set the rank to 1 and alpha to 2',
      question: `Does that learn anything in ${STEPS} steps?`,
      choices: [
        { id: 'nothing', label: 'Hardly: accuracy rises by less than 10 points' },
        { id: 'learns', label: 'Yes: by 25 points or more' },
      ],
      measure: measure(STEPS),
      judge: judgeNarrow,
      after:
        'Choosing between methods that the base already has takes little. A reward carries few bits a completion, so there is little to store.',
    },
    {
      kind: 'run',
      id: 'wide',
      title: 'Thirty-two times as wide',
      evidence: 'reward',
      control: 'lora_rank',
      name: 'Rank 32',
      prose: ['Rank 32 with alpha 64: the same alpha / rank, the same learning rate.'],
      words: `lora_rank=32&lora_alpha=64&max_steps=${WIDE_STEPS}`,
      set: 'Set the rank to 32 and alpha to 64',
      question: `When does accuracy, averaged over ${REACH_STEPS} steps, first reach ${formatShare(LEVEL)}, compared with rank 1?`,
      compares: ['narrow'],
      choices: [
        { id: 'faster', label: 'Clearly sooner' },
        { id: 'same', label: 'At about the same step' },
        { id: 'slower', label: 'Later' },
      ],
      measure: measure(WIDE_STEPS),
      judge: judgeWide,
      after:
        'AdamW moves every number by about as much, so more numbers move the output further in a step. Much of what rank seems to buy is a larger step: a higher learning rate at rank 1 narrows the difference.',
    },
    {
      kind: 'read',
      id: 'switch',
      title: 'On and off under your hand',
      control: 'ask',
      prose: [
        'In “Ask both” the same prompt is answered with the same random numbers twice: with the adapter off, which is the base, and with it on. Ask, then switch between the two.',
        'Nothing is loaded for that and nothing was overwritten: the adapter is an input of the same graph, and off means times 0.',
      ],
    },
  ],
  learnt: [
    'An adapter of rank 1 can be enough: choosing among methods that the base has takes few numbers.',
    'A larger rank mostly moves the output further per step. The base stays as it is, one switch away.',
  ],
};
