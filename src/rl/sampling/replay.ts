/** @file Replay: a share of each step's groups comes from earlier steps. */
import type { Setting } from '../words/setting.ts';
import type { Sampling } from './sampling.ts';
import type { Group } from '../trajectory/groups.ts';

export const replaySteps: Setting = {
  id: 'replay_steps',
  loop: true,
  default: 4,
  min: 1,
  max: 16,
  summary: 'Newest steps whose groups are kept to be learnt from again.',
};
export const replayShare: Setting = {
  id: 'replay_share',
  loop: true,
  default: 0.5,
  min: 0,
  max: 0.9,
  summary: 'Share of a step’s groups that are drawn from those kept; at least one is fresh.',
};

/** The sampling with kept groups instead of some fresh ones; fresh groups are kept for the steps after. */
export const replay =
  (sampling: Sampling): Sampling =>
  async (tools) => {
    const { kept, step, settings, random } = tools;
    const fresh: Group[] = [];
    const samples = await sampling({
      ...tools,
      async groups(count, attempt) {
        const wanted = Math.min(
          kept.length,
          Math.round((settings[replayShare.id] ?? replayShare.default) * count),
          count - 1,
        );
        const again = random('replay', step, attempt).shuffle(kept).slice(0, wanted);
        const made = await tools.groups(count - wanted, attempt);
        fresh.push(...made.map((group) => ({ ...group, writtenAt: step })));
        return [...made, ...again];
      },
    });
    const oldest = step - Math.round(settings[replaySteps.id] ?? replaySteps.default) + 1;
    return { ...samples, kept: [...kept, ...fresh].filter(({ writtenAt = step }) => writtenAt >= oldest) };
  };
