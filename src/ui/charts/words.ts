/** @file The words of the charts by difficulty. */

export const levelWords = {
  asked: 'Difficulties asked',
  askedSummary: 'Share of each difficulty among the prompts of a step, and how much of it is answered right, over the last steps in which it came.',
  heldOut: 'Held out, by difficulty',
  heldOutSummary: 'Sampled accuracy on problems that training never sees, for each difficulty of the mixture.',
  worth: 'Worth of each difficulty',
  worthSummary: 'What the bandit holds each difficulty to be worth: an average of the advantages that its completions had lately.',
  level: (level: number) => `Difficulty ${level}`,
  passRate: 'right',
};
