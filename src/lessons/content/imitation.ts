/** @file Lesson 5: sampling finds only sequences that it tries, demonstrations teach the others; the cost of each. */
import { formatCount, formatNumber, formatShare } from '../../ui/format.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { BuiltIn } from '../builtIn.ts';
import type { Outcome, Readings } from '../lesson.ts';
import { complete, hasSteps, meanOf } from '../measure.ts';

const STEPS = 50;
const END = 8;
/** Completions of the base per best sequence, to two digits; a test compares it with the exact read-out. */
export const BASE_ODDS = 4700;

function measure(rows: readonly Row[]): Readings | null {
  if (!hasSteps(rows, STEPS)) return null;
  const late = (key: string) => meanOf(rows, key, STEPS - END + 1, STEPS);
  return complete({
    best: late('accuracy'),
    before: meanOf(rows, 'reward', 1, 3),
    reward: late('reward'),
    kl: late('kl_exact'),
    entropy: late('entropy'),
  });
}

const rewardWords = ({ before = Number.NaN, reward = Number.NaN, best = Number.NaN }: Readings): string =>
  `Mean reward went from ${formatNumber(before)} to ${formatNumber(reward)}; the best sequence is ${formatShare(best)} of the completions at the end.`;

function judgeRl(readings: Readings): Outcome {
  const { best = Number.NaN, before = Number.NaN, reward = Number.NaN } = readings;
  const rises = reward > before + 0.05;
  return {
    answer: best > 0.5 ? 'best' : rises && best < 0.1 ? 'better' : rises ? null : 'nothing',
    measured: rewardWords(readings),
  };
}

function judgeSft(readings: Readings, { rl }: Readonly<Record<string, Readings>>): Outcome {
  const { best = Number.NaN, kl = Number.NaN, entropy = Number.NaN } = readings;
  const [rlKl, rlEntropy] = [rl?.['kl'], rl?.['entropy']];
  if (rlKl === undefined || rlEntropy === undefined)
    return { answer: null, measured: 'There is no run of RL to compare with: run the part before this one first.' };
  const answer =
    best < 0.1 ? 'never' : best > 0.3 && kl > 2 * rlKl ? 'far' : best > 0.3 && kl < 1.5 * rlKl ? 'near' : null;
  return {
    answer,
    measured: `${rewardWords(readings)} KL to the base: ${formatNumber(kl)} nats a token, with RL ${formatNumber(rlKl)}; entropy ${formatNumber(entropy)}, with RL ${formatNumber(rlEntropy)}.`,
  };
}

export const imitation: BuiltIn = {
  summary:
    'RL sharpens what is sampled, demonstrations bring what never is, and going there costs distance from the base.',
  steps: [
    {
      kind: 'read',
      id: 'two',
      title: 'Two ways to be taught',
      control: 'preset',
      prose: [
        'RL learns from the policy’s own completions and what they earned. Supervised fine-tuning (SFT) is shown an expert’s completions and makes them likelier, whatever the policy would have written.',
        `The task is again three letters of eight. One of the 512 sequences earns most, and the base writes it about once in ${formatCount(BASE_ODDS)} times. “Accuracy” here is the share of that one sequence.`,
      ],
    },
    {
      kind: 'run',
      id: 'rl',
      title: 'By trial',
      evidence: 'reward',
      control: 'beta',
      name: 'RL on the leash',
      prose: [`RL (RLOO with β 0.08) for ${STEPS} steps of 256 completions.`],
      words: `preset=exact-seq&max_steps=${STEPS}`,
      set: 'Set up RL with β 0.08',
      question: 'What comes of it?',
      choices: [
        { id: 'best', label: 'The best sequence is most of what it writes' },
        { id: 'better', label: 'Reward rises, the best sequence stays rare' },
        { id: 'nothing', label: 'Reward does not rise' },
      ],
      measure,
      judge: judgeRl,
      after:
        'It learns from what it samples, and the best sequence hardly ever is among that. It gets better at what it does anyway.',
    },
    {
      kind: 'run',
      id: 'sft',
      title: 'By example',
      evidence: 'kl',
      name: 'SFT',
      prose: [
        'Now the expert writes the best sequence every time and SFT imitates it, for as many steps. No reward is looked at.',
      ],
      words: `preset=exact-seq&algorithm=sft&max_steps=${STEPS}`,
      set: 'Set up SFT',
      question: 'How often does the policy write the best sequence at the end, and how far is it from the base?',
      compares: ['rl'],
      choices: [
        { id: 'never', label: 'Hardly ever: RL and SFT end alike' },
        { id: 'near', label: 'Often, at about the distance of RL' },
        { id: 'far', label: 'Often, and more than twice as far from the base' },
      ],
      measure,
      judge: judgeSft,
      after:
        'Demonstrations reach what sampling never finds. The price is the distance: what the base could do besides is pushed aside, because nothing in the loss asks to keep it. RL moves only where its own samples differ in reward, and the leash holds the rest.',
    },
    {
      kind: 'read',
      id: 'which',
      title: 'Which, then?',
      prose: [
        'Where the policy is right now and then, RL needs no expert and stays near the base. Where it never is, every group is flat and RL has nothing to learn from: show it first, then let it try.',
        'Algorithms that mix the two (CHORD, MIX) are in the picker; the stage “SFT against RL” of the atlas holds papers on it.',
      ],
    },
  ],
  learnt: [
    'RL makes likelier what the policy already writes now and then; what it never samples it never learns.',
    'Demonstrations reach further, at the price of distance from the base.',
  ],
};
