/** @file Words about the ways to begin a term. */

export const rewardWords = {
  empty: 'Empty term',
  emptySummary: 'Nothing written yet: what it must define stands below the editor.',
};
