/** @file Which prompts of a step get demonstrations, from whom, and how good: settings, and the requests they give. */
import { assert } from '../../lib/assert.ts';
import type { Example } from '../../tasks/task.ts';
import type { DemonstrationRequest, Group } from '../trajectory/groups.ts';
import type { Setting } from '../words/setting.ts';
import type { SamplingTools } from './sampling.ts';

const share = (id: string, usual: number, summary: string): Setting => ({
  id,
  loop: true,
  default: usual,
  min: 0,
  max: 1,
  summary,
});

export const demonstrateFrom = share(
  'demonstrate_from',
  0,
  'Least pass rate at which a prompt gets demonstrations: 1 is for solved groups alone.',
);
export const demonstrateTo = share(
  'demonstrate_to',
  1,
  'Highest pass rate at which a prompt gets demonstrations: 0 is for groups that are all wrong.',
);
const usualStyle = share(
  'demonstrations_usual_style',
  0,
  'Share of demonstrations in the first way of answering that the task lists, instead of the expert’s, the last.',
);
const wrongShare = share('demonstrations_wrong', 0, 'Share of demonstrations whose answer is wrong.');
const wrongWeight = share(
  'wrong_demonstration_weight',
  1,
  'Weight of a demonstration whose answer is wrong; 1 is full.',
);

/** Settings of every sampling with demonstrations. */
export const demonstrationSettings: readonly Setting[] = [
  demonstrateFrom,
  demonstrateTo,
  usualStyle,
  wrongShare,
  wrongWeight,
];

export const demonstrationPrompts: Setting = {
  id: 'demonstration_prompts',
  loop: true,
  default: 0,
  min: 0,
  max: 4096,
  summary:
    'Size of a fixed set of demonstrated prompts, used as often as prompts are routed; 0 demonstrates the step’s own prompts.',
};

const settingOf = ({ settings }: Pick<SamplingTools, 'settings'>, { id, default: usual }: Setting): number =>
  settings[id] ?? usual;

/** Share of a group's completions that are right; NaN for an empty group. */
export const passRate = ({ completions }: Group): number =>
  completions.filter(({ verdict }) => verdict.correct).length / completions.length;

/** Places of the groups whose pass rate lies in the configured range. UsageError for an empty range. */
export function routedGroups(tools: Pick<SamplingTools, 'settings'>, groups: readonly Group[]): number[] {
  const [from, to] = [settingOf(tools, demonstrateFrom), settingOf(tools, demonstrateTo)];
  assert(from <= to, `${demonstrateFrom.id}: ${from} is above ${demonstrateTo.id}, ${to}`);
  return [...groups.keys()].filter((g) => {
    const rate = passRate(groups[g] as Group);
    return !(rate < from || rate > to);
  });
}

/** The demonstration that `key` names, with style and quality drawn by it. */
function requestOf(
  tools: Pick<SamplingTools, 'settings' | 'random' | 'styles'>,
  at: Pick<DemonstrationRequest, 'example' | 'group' | 'key' | 'source'>,
): DemonstrationRequest {
  const stream = tools.random('demonstration kind', ...at.key);
  const isWrong = stream.uniform() < settingOf(tools, wrongShare);
  const isUsual = stream.uniform() < settingOf(tools, usualStyle);
  return {
    ...at,
    style: isUsual ? tools.styles.usual : tools.styles.expert,
    quality: isWrong ? 'wrong' : 'right',
    weight: isWrong ? settingOf(tools, wrongWeight) : 1,
  };
}

/**
 * `each` demonstrations for every routed group: of its own prompt, or as many drawn from the fixed set, in which a
 * prompt always has the same demonstration. Nothing is drawn twice before the set is used up.
 */
export function demonstrationRequests(
  tools: Pick<SamplingTools, 'settings' | 'random' | 'styles' | 'step' | 'firstPrompts'>,
  groups: readonly Group[],
  each: number,
): DemonstrationRequest[] {
  const routed = routedGroups(tools, groups).flatMap((group) => Array.from({ length: each }, (_, i) => ({ group, i })));
  const size = Math.round(settingOf(tools, demonstrationPrompts));
  if (size === 0)
    return routed.map(({ group, i }) =>
      requestOf(tools, {
        example: (groups[group] as Group).example,
        group,
        key: [tools.step, group, i],
        source: 'solver',
      }),
    );
  const set = tools.firstPrompts(size);
  const order = tools.random('demonstration set', tools.step).shuffle([...set.keys()]);
  return routed.map(({ group }, i) => {
    const place = order[i % order.length] as number;
    return requestOf(tools, { example: set[place] as Example, group, key: ['set', place], source: 'solved set' });
  });
}
