/** @file Groups of completions from the policy as it is: what most algorithms learn from. */
import { rowsOfGroups, type Sampling } from './sampling.ts';

export const onPolicyGroups: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  return { groups, dropped: [], rows: rowsOfGroups(groups, tools) };
};
