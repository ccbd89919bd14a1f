/** @file The words of the form that starts a live comparison, in the chunk of the atlas. */

const range = (steps: readonly number[]) => {
  const [least, most] = [Math.min(...steps), Math.max(...steps)];
  return least === most ? `${most} ${most === 1 ? 'step' : 'steps'}` : `${least} to ${most} steps`;
};

export const formWords = {
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
