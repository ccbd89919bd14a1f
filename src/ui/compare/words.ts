/** @file The words of the dialog that builds comparisons, and of comparisons that came by a link. */
import { formatCount, formatSeconds } from '../format.ts';

const runs = (count: number) => `${formatCount(count)} ${count === 1 ? 'run' : 'runs'}`;
const seeds = (count: number) => `${count} ${count === 1 ? 'seed' : 'seeds'}`;

export const compareWords = {
  title: 'Compare',
  close: 'Close',
  about:
    'An arm is one choice of settings. Every arm is trained with every seed, one run after the other; the charts draw each run as a thin line, and mean and 95 % interval of each arm.',
  arms: 'Arms',
  noArms: 'No arm yet. Add some below, or the present settings.',
  same: 'the present settings',
  name: (title: string) => `Name of the arm ${title}`,
  unnamed: (place: number) => `Arm ${place}`,
  remove: (title: string) => `Remove the arm ${title}`,
  vary: 'What differs',
  values: 'Values, separated by commas',
  range: (min: number, max: number, integer: boolean) => `${integer ? 'Whole numbers from' : 'From'} ${min} to ${max}.`,
  options: 'Tick the ones to compare',
  add: 'Add as arms',
  presentArm: 'Present settings',
  addPresent: 'Add the present settings',
  groups: {
    main: 'Algorithm, task, base',
    knobs: 'Settings of the run',
    algorithm: 'Numbers of the algorithm',
    rewards: 'Reward weights',
    parts: 'Parts of the algorithm',
  },
  algorithm: 'Algorithm',
  task: 'Task or own data',
  weight: (term: string) => `Weight of ${term}`,
  noValue: 'Write at least one value.',
  noOption: 'Tick at least one.',
  badValue: (value: string, reason: string) => `“${value}”: ${reason.replace(/\.?$/, '.')}`,
  twice: (value: string) => `“${value}” stands there twice.`,
  tooMany: (most: number) => `At most ${most} arms: there are as many colours.`,
  already: (title: string, other: string) => `${title} has the settings of the arm ${other}.`,
  seeds: 'Seeds',
  firstSeed: 'First seed',
  steps: 'Steps of each run',
  total: (arms: number, count: number, steps: number) =>
    `${arms} ${arms === 1 ? 'arm' : 'arms'} × ${seeds(count)}: ${runs(arms * count)} of ${formatCount(steps)} ${steps === 1 ? 'step' : 'steps'}`,
  time: (seconds: number, perStep: number) =>
    `about ${formatSeconds(seconds)}, at ${formatSeconds(perStep)} a step as in the newest run of this browser; other tasks and bases take longer or shorter.`,
  noTime: 'how long it takes is known once a step was trained on this machine.',
  start: 'Start the comparison',
  kept: 'Kept comparisons',
  keptOf: (titles: string, count: number, done: number, all: number) =>
    `${titles}; ${seeds(count)}, ${done} of ${runs(all)} done`,
  open: 'Open',
  openTitle: (titles: string) => `Open the comparison ${titles}`,
  forget: 'Forget',
  forgetTitle: (titles: string) => `Forget the comparison ${titles}; its runs stay in the list of runs`,
  offered: {
    title: 'The link brings a comparison',
    body: (arms: number, count: number) =>
      `${arms} arms × ${seeds(count)}, ${runs(arms * count)}. Nothing trains before you start it.`,
    start: 'Start it',
    from: (step: number) =>
      `Its runs continue step ${formatCount(step)} of a kept run, which the link does not hold: they begin only in a browser that keeps that run.`,
    code: 'It brings code, which does not run before you say so. A reward term then runs in the sandbox: no page, no network, no clock.',
    startCode: 'Train with this code',
    plain: 'as the preset has it',
    dismiss: 'Not now',
    problems: 'It cannot start:',
    problem: (arm: string, sentence: string) => `${arm}: ${sentence}`,
    codeOf: (arm: string, name: string) => `${arm}: ${name}`,
  },
  share: {
    title: 'Share or save the comparison',
    link: 'Link to the arms and seeds, without the results',
    csv: 'Every number of every step as CSV',
    none: 'No run is finished yet.',
    missing: (arm: string) =>
      `The link does not hold the data file of the arm ${arm}: its receiver needs the same file.`,
  },
};
