/** @file The words of a live comparison beside the charts. */

const runs = (count: number) => `${count} ${count === 1 ? 'run' : 'runs'}`;

export const comparisonWords = {
  name: 'Live comparison',
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
    changed: 'Settings were changed during the run, so it does not count and the comparison waits.',
  },
  waiting: 'The comparison waits.',
  unfinished: 'A comparison is not finished.',
  kept: 'A comparison is kept.',
  problem: (reason: string) => `It could not be read: ${reason}`,
  goOn: (missing: number) => `Go on: ${runs(missing)} missing`,
  show: 'Show it',
  next: (title: string) => `Train next: ${title}`,
  back: 'Back to the atlas',
  end: 'Leave',
  endKept: 'End it',
  keys: 'Colours of the arms',
  table: 'What came out so far',
  arm: 'Arm',
  seeds: 'Seeds done',
  measure: { accuracy: 'Change of held-out accuracy', reward: 'Reward of the last step' },
  /** Stored titles are lower-case, for use in a sentence. */
  own: (title: string) => `${title.charAt(0).toUpperCase()}${title.slice(1)}`,
  judged: (title: string) => `The number is the first of the stored result: ${title}.`,
  judgedByAnother: {
    accuracy: (title: string) =>
      `The number is the change of held-out accuracy. The stored result puts another first, “${title}”, and is judged by its own rules, not by this number.`,
    reward: (title: string) =>
      `The number is the reward of the last step. The stored result puts another first, “${title}”, and is judged by its own rules, not by this number.`,
  },
  less: 'Less the first arm, same seeds',
  points: 'points',
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
  about:
    'Means over the seeds, from three on with their 95 % interval (Student’s t; that of a share stays within 0 and 100 %); the stored numbers are in the atlas.',
  lines:
    'In the charts: thin, each run; strong, the mean of an arm’s finished runs over the steps that all of them have; band, its 95 % interval.',
};
