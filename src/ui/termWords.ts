/** @file One sentence on each term of the field that the page uses in several places. */

export const termWords = {
  spread:
    'Dividing by the spread puts all groups on one scale: rewards that lie close together push as hard as rewards that lie far apart.',
  clip: 'The clip is for safety: the answers were written by the policy before the update, and say little about a policy far from it. So a token whose ratio has left the range in the direction of its push is pushed no further.',
  nat: 'A nat is a step of the natural logarithm: 1 nat is a factor of 2.72, 0.1 nat a factor of 1.11.',
  kl: 'KL is the distance from the base: how much likelier the policy makes its own tokens than the base does, as the mean of log p − log p of the base.',
  /** `kl` in nats per token. */
  klFactor: (kl: number) => `On average its tokens are ${Math.exp(kl).toFixed(2)} times as likely as under the base.`,
};
