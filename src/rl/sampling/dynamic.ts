/**
 * @file Dynamic sampling (DAPO, arXiv 2503.14476, section 3.2): groups that are all right or all wrong are dropped, and
 * others sampled.
 */
import type { Setting } from '../words/setting.ts';
import { rowsOfGroups, type Sampling } from './sampling.ts';
import type { Group } from '../trajectory/groups.ts';

export const mostAttempts: Setting = {
  id: 'dynamic_sampling',
  loop: true,
  default: 4,
  min: 0,
  max: 20,
  summary: 'How often groups that are all right or all wrong are replaced by others in one step; 0 keeps them.',
};

/**
 * Decided by correctness, not by reward, since shaping can make rewards differ among completions that are all right or
 * all wrong.
 */
const isMixed = ({ completions }: Group): boolean => {
  const right = completions.filter(({ verdict }) => verdict.correct).length;
  return right > 0 && right < completions.length;
};

/**
 * Samples until there are `promptsPerStep` mixed groups or the attempts are used up; with 0 attempts all groups are
 * kept.
 */
export const dynamicGroups: Sampling = async (tools) => {
  const attempts = Math.round(tools.settings[mostAttempts.id] ?? mostAttempts.default);
  const first = await tools.groups(tools.promptsPerStep, 0);
  if (attempts === 0) return { groups: first, dropped: [], rows: rowsOfGroups(first, tools) };
  const sampled = [...first];
  let kept = first.filter(isMixed);
  let attempt = 0;
  while (kept.length < tools.promptsPerStep && attempt < attempts) {
    attempt++;
    const more = await tools.groups(tools.promptsPerStep, attempt);
    sampled.push(...more);
    kept = [...kept, ...more.filter(isMixed)];
  }
  // May be empty: such a step makes no update.
  const groups = kept.slice(0, tools.promptsPerStep);
  const dropped = sampled.filter((group) => !groups.includes(group));
  return {
    groups,
    dropped,
    rows: rowsOfGroups(groups, tools),
    rounds: { attempts: attempt + 1, dropped: dropped.length, missing: tools.promptsPerStep - groups.length },
  };
};
