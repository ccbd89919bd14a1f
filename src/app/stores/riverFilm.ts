/** @file The pictures of the river's film, and the group whose update is looked at. */
import type { TrainConfig } from '../../rl/config/config.ts';
import { algorithmById } from '../../rl/papers/index.ts';
import type { River } from '../../rl/river/river.ts';
import type { GroupReport } from '../../rl/step/report.ts';
import { knownTasks } from '../../tasks/index.ts';
import type { UpdateView } from '../../ui/river/view.ts';

/** Most pictures of the film; beyond it every second of the older ones is dropped. */
const MOST_FRAMES = 160;

/** Spread of a group's rewards. */
function spreadOf({ completions }: GroupReport): number {
  const rewards = completions.map(({ reward }) => reward).filter(Number.isFinite);
  return rewards.length === 0 ? 0 : Math.max(...rewards) - Math.min(...rewards);
}

/**
 * The group to look at: that of the filmed prompt if its rewards differ, else the one whose rewards differ most,
 * whose mean is nearest to the middle.
 */
export function groupToShow(groups: readonly GroupReport[], prompt: string | undefined): number {
  const filmed = groups.findIndex((group) => group.prompt === prompt && spreadOf(group) > 0);
  if (filmed >= 0) return filmed;
  const middle = ({ completions }: GroupReport): number => {
    const right = completions.filter(({ correct }) => correct).length / completions.length;
    return Math.abs(right - 0.5);
  };
  const order = groups.map((_, at) => at);
  const at = (place: number) => groups[place] as GroupReport;
  return order.sort((a, b) => spreadOf(at(b)) - spreadOf(at(a)) || middle(at(a)) - middle(at(b)) || a - b)[0] ?? 0;
}

/** Frames with one more in the order of their steps; a picture of the same step is replaced. */
export function withFrame(frames: readonly River[], river: River): readonly River[] {
  const [first] = frames;
  if (first && first.prompt !== river.prompt) return [river];
  const all = [...frames.filter(({ step }) => step !== river.step), river].toSorted((a, b) => a.step - b.step);
  return all.length <= MOST_FRAMES
    ? all
    : all.filter((one, at) => one === river || at % 2 === 0 || at > MOST_FRAMES / 2);
}

/** The update of a step seen on the group at `place`, whose river is that before and after it. */
export function updateViewOf(
  river: River,
  groups: readonly GroupReport[],
  place: number,
  { config, isSingle }: { readonly config: TrainConfig; readonly isSingle: boolean },
): UpdateView {
  const algorithm = algorithmById(config.algorithm);
  return {
    step: river.step,
    river,
    isSingle,
    completions: groups[place]?.completions ?? [],
    group: place + 1,
    groups: groups.length,
    hasOthers: groups.length > 1,
    isGraded: knownTasks.find(({ id }) => id === config.task)?.outcomes !== undefined,
    algorithm: algorithm.title,
    hasAdvantages: algorithm.pairs !== true,
  };
}
