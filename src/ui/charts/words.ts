/** @file The words of the charts by difficulty, and of a comparison's arms. */

export const levelWords = {
  asked: 'Difficulties asked',
  askedSummary: 'Share of each difficulty among the prompts of a step.',
  right: 'Right, by difficulty',
  rightSummary: 'How much of each difficulty is answered right in training, over the last steps in which it came.',
  heldOut: 'Held out, by difficulty',
  heldOutSummary: 'Sampled accuracy on problems that training never sees, for each difficulty of the mixture.',
  worth: 'Worth of each difficulty',
  worthSummary:
    'What the bandit holds each difficulty to be worth: an average of the advantages that its completions had lately.',
};

export const armWords = {
  recorded: (name: string, seed: number) => `${name}, recorded, seed ${seed}`,
  count: (seeds: number) => `n = ${seeds}`,
  seeds: (count: number) => `${count} ${count === 1 ? 'seed' : 'seeds'}`,
  inHand: (label: string) => `${label}, current run`,
  column: (name: string, count: number) => `${name} (mean, ${armWords.seeds(count)})`,
};
