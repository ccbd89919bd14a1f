/** @file What the claim about the default preset compares: arms as flags of `train`, each from every base and seed. */

export interface Arm {
  readonly id: string;
  readonly title: string;
  /** Flags of `train` that differ from the preset. */
  readonly flags: readonly string[];
}

export interface ClaimSuite {
  readonly id: string;
  readonly claim: string;
  readonly preset: string;
  readonly policies: readonly string[];
  readonly steps: number;
  readonly arms: readonly Arm[];
}

const learning: Arm = { id: 'grpo', title: 'GRPO', flags: [] };

const defaultSuite: ClaimSuite = {
  id: 'default',
  claim: 'RL selects the method that works: held-out sampled accuracy rises by at least 25 points, and greedy accuracy by at least 25 or to above 90 %.',
  preset: 'default',
  policies: ['default', 'default-b'],
  steps: 100,
  arms: [
    learning,
    { id: 'no-learning', title: 'Learning rate 0', flags: ['--learning_rate', '0'] },
    { id: 'shuffled', title: 'Rewards shuffled in the batch', flags: ['--shuffle_rewards'] },
  ],
};

const countdownSuite: ClaimSuite = {
  id: 'countdown',
  claim: 'Countdown improves by at least 10 sampled points.',
  preset: 'countdown',
  policies: ['default', 'default-b'],
  steps: 150,
  arms: [learning, { id: 'shuffled', title: 'Rewards shuffled in the batch', flags: ['--shuffle_rewards'] }],
};

export const suites: readonly ClaimSuite[] = [defaultSuite, countdownSuite];
