/** @file Demonstrations of an expert as training rows, alone or beside the policy's completions. */
import type { Setting } from '../words/setting.ts';
import { demonstrationRequests } from './routing.ts';
import { rowsOfGroups, type Sampling, type SamplingTools } from './sampling.ts';
import { writtenCount } from '../trajectory/trajectory.ts';
import type { Group, JudgedTrajectory, Row } from '../trajectory/groups.ts';

export const demonstrationsPerPrompt: Setting = {
  id: 'demonstrations_per_prompt',
  loop: true,
  default: 1,
  min: 1,
  max: 16,
  summary: 'Completions of the expert for every prompt of a step.',
};

export const demonstrationMethod: Setting = {
  id: 'demonstration_method',
  loop: true,
  default: 0,
  min: 0,
  max: 16,
  summary: 'The way in which the expert answers: the number of one of the task’s ways, from 1; 0 for the last of them.',
};

export const demonstrationRow = (completion: JudgedTrajectory): Row => ({
  ...completion,
  used: writtenCount(completion) > 0,
  expert: true,
});

/** `each` demonstrations of every routed group as rows. */
async function ofExpert(tools: SamplingTools, groups: readonly Group[], each: number): Promise<Row[]> {
  const requests = demonstrationRequests(tools, groups, each);
  const written = await tools.demonstrations(requests);
  return requests.map(({ source, style, quality, weight }, i) => ({
    ...demonstrationRow(written[i] as JudgedTrajectory),
    demonstration: { source, style, quality, weight },
  }));
}

/**
 * Trains on as many demonstrations as a group has completions. The policy's completions are sampled only for metrics
 * and the report.
 */
export const demonstrationsAlone: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  const watched = rowsOfGroups(groups, tools).map((row) => ({ ...row, used: false }));
  return {
    groups,
    dropped: [],
    rows: [...watched, ...(await ofExpert(tools, groups, groups[0]?.completions.length ?? 0))],
  };
};

/** The policy's groups, and `demonstrations_per_prompt` demonstrations for each prompt, which count in its group. */
export const demonstrationsInGroups: Sampling = async (tools) => ({
  ...(await demonstrationsBeside(tools)),
  expertsInGroups: true,
});

/** The policy's groups, and `demonstrations_per_prompt` demonstrations for each prompt. */
export const demonstrationsBeside: Sampling = async (tools) => {
  const groups = await tools.groups(tools.promptsPerStep, 0);
  const each = Math.round(tools.settings[demonstrationsPerPrompt.id] ?? demonstrationsPerPrompt.default);
  return {
    groups,
    dropped: [],
    rows: [...rowsOfGroups(groups, tools), ...(await ofExpert(tools, groups, each))],
  };
};
