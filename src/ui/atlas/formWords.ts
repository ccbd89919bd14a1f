/** @file The words of the form that starts a live comparison, in the chunk of the atlas. */

const range = (steps: readonly number[]) => {
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return least === most ? `${most} ${most === 1 ? 'step' : 'steps'}` : `${least} to ${most} steps`;
};

/** A duration in rough words. */
const duration = (seconds: number): string =>
  seconds < 90 ? `${Math.max(1, Math.round(seconds))} s` : `${Math.round(seconds / 60)} min`;

export const formWords = {
  minute: 'See it in a minute',
  minuteRuns: ([first, second]: readonly [string, string], seed: number, steps: number) =>
    `${first} against ${second}, seed ${seed}, ${range([steps])} each.`,
  minuteRecorded: (arm: string) => `The pale curve is recorded: ${arm}.`,
  time: (seconds: number, isMeasured: boolean) =>
    isMeasured
      ? `About ${duration(seconds)} of training at the speed measured here.`
      : `About ${duration(seconds)} of training on a slow machine without a GPU; nothing like it was trained here yet.`,
  title: 'Run it here',
  about: 'Trained live in this page. Tick arms and run them all, one after the other, or train a single one.',
  arms: 'Arms',
  most: (count: number) => `At most ${count} arms: there are as many colours.`,
  base: 'Base',
  elsewhere: (problems: readonly string[]) =>
    `The stored arms are also measured on ${problems.join(' and ')}, which they do not train on; this page does not measure that.`,
  seeds: 'Seeds',
  steps: 'Steps of each run',
  asStored: 'as stored',
  total: (arms: number, seeds: readonly number[], steps: readonly number[]) => {
    const count = arms * seeds.length;
    return `${arms} ${arms === 1 ? 'arm' : 'arms'} × ${seeds.length === 1 ? 'seed' : 'seeds'} ${seeds.join(', ')}: ${count} ${count === 1 ? 'run' : 'runs'} of ${range(steps)}${count === 1 ? '' : ', one after the other'}.`;
  },
  shorter: 'Shorter than the stored experiment: what comes out can differ from it.',
  noArm: 'Tick at least one arm.',
  badSteps: (most: number) => `A whole number from 1 to ${most}.`,
  run: 'Run the comparison here',
  train: 'Train',
  trainArm: (title: string) => `Train the arm ${title} in this page`,
  link: 'Link',
  linkTo: (title: string) => `Link to the settings of the arm ${title}`,
};
