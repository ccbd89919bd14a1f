/** @file Groups of completions from the current policy, the usual sampling. */
import { rowsOfGroups, type Sampling } from './sampling.ts';

export const onPolicyGroups: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  return { groups, dropped: [], rows: rowsOfGroups(groups, tools) };
};
