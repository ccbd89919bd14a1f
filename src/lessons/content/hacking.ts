/**
 * @file Lesson 4: a policy takes rewards that do not need the right answer, and a tiny bonus matters where nothing else
 * differs.
 */
import { formatNumber, formatShare } from '../../ui/format.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { BuiltIn } from '../builtIn.ts';
import type { Outcome, Readings } from '../lesson.ts';
import { complete, hasSteps, meanOf } from '../measure.ts';

const STEPS = 40;
const END = 8;
const BONUS = 'reward.length=1.5';
const PLAIN = 'preset=formats';
const TINY = `${PLAIN}&reward.length=0.02`;
const TINY_STEPS = 40;
/** A tiny bonus changes accuracy by a few points, which only a longer window separates from sampling noise. */
const TINY_END = 12;
/** A change of accuracy that sampling noise over these windows does not explain. */
const CHANGE = 0.05;

const measure =
  (steps: number, last = END) =>
  (rows: readonly Row[]): Readings | null => {
    if (!hasSteps(rows, steps)) return null;
    const ends = (key: string) => [meanOf(rows, key, 1, 3), meanOf(rows, key, steps - last + 1, steps)] as const;
    const [before, accuracy] = ends('accuracy');
    const [rewardBefore, reward] = ends('reward');
    const [lengthBefore, length] = ends('completions/mean_length');
    return complete({
      before,
      accuracy,
      rewardBefore,
      reward,
      lengthBefore,
      length,
      flat: meanOf(rows, 'frac_reward_zero_std', 1, END),
    });
  };

const accuracyWords = ({ before = Number.NaN, accuracy = Number.NaN }: Readings): string =>
  `Accuracy went from ${formatShare(before)} to ${formatShare(accuracy)}`;

function judgeHack(readings: Readings): Outcome {
  const {
    before = Number.NaN,
    accuracy = Number.NaN,
    rewardBefore = Number.NaN,
    reward = Number.NaN,
    lengthBefore = Number.NaN,
    length = Number.NaN,
  } = readings;
  const rises = reward > rewardBefore;
  const answer =
    rises && accuracy < before - CHANGE
      ? 'hacked'
      : rises && accuracy > before + CHANGE
        ? 'both'
        : !rises
          ? 'neither'
          : null;
  return {
    answer,
    measured: `Reward went from ${formatNumber(rewardBefore)} to ${formatNumber(reward)}. ${accuracyWords(readings)}, the mean length from ${formatNumber(lengthBefore)} to ${formatNumber(length)} tokens.`,
  };
}

function judgeMend(readings: Readings): Outcome {
  const { before = Number.NaN, accuracy = Number.NaN } = readings;
  const answer = accuracy > before + 0.15 ? 'right' : accuracy < before - CHANGE ? 'short' : null;
  return { answer, measured: `${accuracyWords(readings)} over the last ${END} steps.` };
}

function judgePlain(readings: Readings): Outcome {
  const { before = Number.NaN, accuracy = Number.NaN, flat = Number.NaN } = readings;
  const answer = accuracy >= before + CHANGE ? 'rises' : accuracy < before + 0.03 ? 'stays' : null;
  return {
    answer,
    measured: `${accuracyWords(readings)} over the last ${TINY_END} steps. Flat groups over the first ${END}: ${formatShare(flat)}.`,
  };
}

/**
 * Least difference of accuracy over `TINY_END` steps that counts: 2.5 standard errors at 95 % and 64 completions per
 * step.
 */
const TINY_CHANGE = 0.03;

/** How the final accuracy differs from another run’s; null if unclear. */
function compared(accuracy: number, other: number): 'better' | 'same' | 'worse' | null {
  if (Math.abs(accuracy - other) >= TINY_CHANGE) return accuracy > other ? 'better' : 'worse';
  return Math.abs(accuracy - other) < 0.02 ? 'same' : null;
}

/** Compares with the run of an earlier step, which the sentence calls `its`. */
const judgeAgainst =
  (step: string, its: string) =>
  (readings: Readings, earlier: Readonly<Record<string, Readings>>): Outcome => {
    const other = earlier[step]?.['accuracy'];
    if (other === undefined)
      return { answer: null, measured: `There is no run ${its} to compare with: run the part before this one first.` };
    const { accuracy = Number.NaN, flat = Number.NaN } = readings;
    return {
      answer: compared(accuracy, other),
      measured: `${accuracyWords(readings)} over the last ${TINY_END} steps; ${its} it ended at ${formatShare(other)}. Flat groups over the first ${END}: ${formatShare(flat)}.`,
    };
  };

export const hacking: BuiltIn = {
  summary:
    'A bonus for brevity that is earned without being right, one that is too small to matter and does, and what mends both.',
  steps: [
    {
      kind: 'read',
      id: 'terms',
      title: 'What is paid for is what comes',
      control: 'reward.length',
      prose: [
        'The reward is a sum of terms. “Right answer” pays 1 for a right answer. “Brevity” pays up to 1 for a short completion, right or wrong; its weight is 0 unless somebody thinks that answers should be short.',
        'Sums are worked out in 13 tokens and then nearly always right, or answered at once in 3 and right about three times in ten.',
      ],
    },
    {
      kind: 'run',
      id: 'hack',
      title: 'Short answers, please',
      evidence: 'reward',
      control: 'reward.length',
      name: 'Brevity 1.5',
      prose: ['Brevity gets the weight 1.5.'],
      words: `${BONUS}&max_steps=${STEPS}`,
      set: 'Set the weight of Brevity to 1.5',
      question: `What do reward and accuracy do in ${STEPS} steps?`,
      choices: [
        { id: 'both', label: 'Both rise' },
        { id: 'hacked', label: 'Reward rises, accuracy falls' },
        { id: 'neither', label: 'Reward does not rise' },
      ],
      measure: measure(STEPS),
      judge: judgeHack,
      after:
        'The reward curve alone looks like success. Right and short cannot both be had here, and short pays better. Look at the chart of reward terms: a reward that rises while the term you care about falls is hacked.',
    },
    {
      kind: 'run',
      id: 'mend',
      title: 'Pay the bonus only when right',
      evidence: 'reward',
      control: 'reward.length',
      name: 'Brevity 1.5, only when right',
      prose: [
        'The same weight, but Brevity counts only for right answers (“Shape or add terms”, Only when right). Answering at once still pays better each time it is right.',
      ],
      words: `${BONUS}&shape.length=right&max_steps=${STEPS}`,
      set: 'Pay Brevity only when the answer is right',
      question: 'Where does accuracy go now?',
      compares: ['hack'],
      choices: [
        { id: 'right', label: 'Up' },
        { id: 'short', label: 'Down, as before' },
      ],
      measure: measure(STEPS),
      judge: judgeMend,
      after:
        'A wrong short answer earns nothing any more, and answering at once is wrong too often to pay. What the reward wants and what you want now point the same way; check that they do before you trust a curve.',
    },
    {
      kind: 'run',
      id: 'plain',
      title: 'Another task, no bonus',
      evidence: 'reward',
      control: 'reward.length',
      name: 'Formats',
      prose: [
        'Sums written in three formats of different length, of which two are nearly always right. Brevity is off again: this is the run that the next two are compared with.',
      ],
      words: `${PLAIN}&max_steps=${TINY_STEPS}`,
      set: 'Set up the formats',
      question: `The base is right in about 80 of 100. How does accuracy stand after ${TINY_STEPS} steps?`,
      choices: [
        { id: 'rises', label: 'Higher, by 5 points or more' },
        { id: 'stays', label: 'About where it was' },
      ],
      measure: measure(TINY_STEPS, TINY_END),
      judge: judgePlain,
      after:
        'In some groups all answers are right: they are flat, and nothing is learnt from them. The others pull away from the format that is often wrong.',
    },
    {
      kind: 'run',
      id: 'phantom',
      title: 'A phantom advantage',
      evidence: 'reward',
      control: 'reward.length',
      name: 'Formats, Brevity 0.02',
      prose: [
        'Now Brevity weighs 0.02, far too little to outweigh an answer.',
        'GRPO divides by the spread of a group. A group in which all answers are right is no longer flat: it differs in brevity alone, by a hundredth, and its advantages come out as large as those of a group in which answers differ.',
      ],
      words: `${TINY}&max_steps=${TINY_STEPS}`,
      set: 'Set Brevity to 0.02',
      question: 'How does accuracy end, compared with the run without the bonus?',
      compares: ['plain'],
      choices: [
        { id: 'same', label: 'About the same: so small a bonus hardly counts' },
        { id: 'worse', label: 'Lower, by 3 points or more' },
        { id: 'better', label: 'Higher' },
      ],
      measure: measure(TINY_STEPS, TINY_END),
      judge: judgeAgainst('plain', 'without the bonus'),
      after:
        'Where all answers are right, nothing should be learnt. Divided by a spread of nearly nothing, the bonus pushes with full force, against the format that is longer and right: an advantage without a cause worth having.',
    },
    {
      kind: 'run',
      id: 'unscaled',
      title: 'Do not divide',
      evidence: 'reward',
      control: 'choice-advantage',
      name: 'Formats, Brevity 0.02, not divided',
      prose: [
        'The same task and the same bonus, with the advantage as the reward less the group’s mean, divided by nothing, as in Dr. GRPO.',
      ],
      words: `${TINY}&advantage=unscaled&max_steps=${TINY_STEPS}`,
      set: 'Choose the advantage “Group mean alone”',
      question: 'How does accuracy end, compared with the run before?',
      compares: ['phantom'],
      choices: [
        { id: 'better', label: 'Higher, by 3 points or more' },
        { id: 'same', label: 'About the same' },
        { id: 'worse', label: 'Lower' },
      ],
      measure: measure(TINY_STEPS, TINY_END),
      judge: judgeAgainst('phantom', 'with the divided advantage'),
      after:
        'A small difference now stays a small push, and the answers decide. Paying the bonus only when right does not help here, since all are right; leaving flat groups out by their answers would.',
    },
  ],
  learnt: [
    'A policy takes the reward that is cheapest to earn. A term that pays without a right answer is taken without right answers.',
    'A bonus that is paid only for right answers cannot be earned otherwise.',
    'Dividing by the spread of a group makes a tiny difference as large as a real one; flat groups should stay flat.',
  ],
};
