/** @file The words of the exact optimum. */

export const exactWords = {
  name: 'Exact optimum',
  summary:
    'What base, policy and the best possible policy give to each outcome: computed over all of them at every evaluation, nothing sampled and nothing held out. A policy of more than 16 384 tokens gives no whole distributions: its accuracy is sampled instead.',
  reference: 'base',
  policy: 'policy',
  optimum: 'optimum',
  reward: 'reward',
  of: 'of',
  gap: 'gap closed',
  distance: 'distance to the optimum',
  entropy: 'entropy',
  objectiveHint: (beta: number) =>
    `J = E[reward] − β KL(policy ‖ base) with β ${beta}, and the most it can be. Everything malformed counts as one outcome with reward 0.`,
  gapHint:
    'How much of the way from the base’s J to the optimum’s is done. Below 0: the policy is worse than the base by this measure.',
  distanceHint:
    'Total variation: half the sum of the differences in probability; 0 is the optimum itself, 1 has nothing in common with it.',
  entropyHint: 'Of the policy over all outcomes; near 0 it always writes the same.',
  listName: (shown: number, all: number) => `The ${shown} of ${all} outcomes that are likeliest under the optimum`,
  rest: (count: number, others: string, malformed: string) => `The other ${count}: ${others}. Malformed: ${malformed}.`,
  chart: 'Progress',
  chartSummary:
    'Closed: the part of the gap in E[reward] − β KL. Left: the total variation to the optimum. Computed at every evaluation.',
  gapSeries: 'closed',
  alone: 'Another run may have another optimum to go to, so only the current one is drawn here.',
  distanceSeries: 'left',
  best: 'Best sequence, computed',
};
