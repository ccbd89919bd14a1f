/** @file Words about the starting points for a new term. */

export const rewardWords = {
  empty: 'Empty term',
  emptySummary: 'Nothing written yet: what it must define stands below the editor.',
};
