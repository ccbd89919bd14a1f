/** @file The words of a comparison beside the charts. */
import { formatCount } from '../format.ts';

const runs = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;

export const comparisonWords = {
  name: 'Comparison',
  built: (arms: number) => (arms === 1 ? 'One arm over seeds' : `${arms} arms compared`),
  /** `paper-80` becomes Paper 80. */
  title: (experiment: string) =>
    `${experiment.charAt(0).toUpperCase()}${experiment.slice(1).replace('-', ' ')} live, on this machine`,
  open: 'Show what came out so far',
  close: 'Hide what came out so far',
  place: (index: number, count: number) => `Arm ${index} of ${count}.`,
  hand: (arm: string, seed: number) => `${arm}, seed ${seed}.`,
  done: (done: number, all: number) => `${done} of ${runs(all)} done.`,
  paused: 'Paused: the comparison goes on with Train.',
  stop: {
    failed: 'The run failed, so the comparison waits.',
    left: 'Another run is open, so the comparison waits.',
    unknown:
      'The next arm needs a task or setting that is not here, so the comparison waits. Open its data file, then go on.',
    changed: 'Settings were changed during the run, so it does not count and the comparison waits.',
  },
  noBeginning: (step: number) =>
    `The run whose step ${formatCount(step)} this comparison continues is not kept in this browser.`,
  begins: (step: number) => `Every run continues the same kept run from its step ${formatCount(step)}.`,
  waiting: 'The comparison waits.',
  unfinished: 'A comparison is not finished.',
  kept: 'A comparison is kept.',
  problem: (reason: string) => `It could not be read: ${reason}`,
  goOn: (missing: number) => `Go on: ${runs(missing)} missing`,
  show: 'Show it',
  next: (title: string) => `Train next: ${title}`,
  back: 'Back to the atlas',
  end: 'Leave',
  endTitle: 'It stays among the kept comparisons, under Compare',
  share: 'Share or save',
  keys: 'Colours of the arms',
  table: 'What came out so far',
  arm: 'Arm',
  seeds: 'Seeds done',
  number: 'Number',
  measures: {
    accuracy: { title: 'Change of held-out accuracy', unit: 'points', digits: 1 },
    heldOut: { title: 'Held-out accuracy', unit: '%', digits: 1 },
    reward: { title: 'Reward of the last step', unit: '', digits: 3 },
    kl: { title: 'KL of the last step', unit: 'nats/token', digits: 4 },
    entropy: { title: 'Entropy of the last step', unit: 'nats/token', digits: 3 },
    length: { title: 'Completion length of the last step', unit: 'tokens', digits: 1 },
  },
  /** Stored titles are lower-case, for use in a sentence. */
  own: (title: string) => `${title.charAt(0).toUpperCase()}${title.slice(1)}`,
  judged: (title: string) => `The number is the first of the stored result: ${title}.`,
  judgedByAnother: (number: string, title: string) =>
    `The number is: ${number}. The stored result puts another first, “${title}”, and is judged by its own rules, not by this number.`,
  pairsTitle: 'Pairs of arms',
  pair: {
    same: (first: string, second: string) => `${first} and ${second} came out the same for every seed.`,
    clear: (first: string, second: string, by: string, interval: string) =>
      `${first} is ${by} above ${second} (${interval}).`,
    one: (first: string, second: string, by: string) =>
      `One seed cannot tell ${first} and ${second} apart (${by} between them); train at least two.`,
    unclear: (first: string, second: string, by: string, interval: string, seeds: number, needed: number) =>
      `${seeds} seeds cannot tell ${first} and ${second} apart (${first} by ${by} above, ${interval}); ${Number.isFinite(needed) ? `about ${formatCount(needed)} would` : 'not even 1,000 would'}.`,
  },
  chance: (pairs: number) =>
    `Of ${pairs} pairs of arms without any difference, about one in twenty would seem to differ.`,
  less: 'Less the first arm, same seeds',
  of: (done: number, all: number) => `${done} of ${all}`,
  none: '–',
  interval: (low: string, high: string) => (low === high ? 'the same each time' : `${low} to ${high}`),
  pairs: (count: number) => `${count} ${count === 1 ? 'pair' : 'pairs'}`,
  answer: {
    same: (first: string, second: string, number: string) =>
      `${first} and ${second} end apart in ${number.toLowerCase()} as in the stored comparison.`,
    other: (first: string, second: string, number: string) =>
      `${first} and ${second} do not end apart in ${number.toLowerCase()} as in the stored comparison. One seed and so few steps do not contradict it.`,
  },
  few: 'No interval yet: over fewer than three seeds it would say nothing.',
  aboutTitle: 'About these numbers',
  about:
    'Means over the seeds, from three on with their 95 % interval (Student’s t; that of a share stays within 0 and 100 %).',
  stored: 'The stored numbers are in the atlas.',
  lines:
    'In the charts: thin, each run; strong, the mean of an arm’s finished runs over the steps that all of them have; band, its 95 % interval.',
};
