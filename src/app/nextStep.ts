/** @file One next thing to do after a run, derived from its changes. */
import type { TrainConfig } from '../rl/config/config.ts';
import { presets } from '../rl/config/presets.ts';
import { lessonList, type LessonId } from '../lessons/list.ts';
import type { ChangeView, NextStep } from '../ui/debrief/view.ts';
import type { Debrief } from './debrief.ts';

/** Above this share of right answers more steps of the same task teach little. */
const NEARLY_ALL = 0.9;
/** A fall of the entropy to less than this part of its beginning. */
const COLLAPSE = 0.2;

export interface Afterwards {
  readonly config: Pick<TrainConfig, 'seed'>;
  readonly preset: string;
  /** Steps that Train would add. */
  readonly moreSteps: number;
  readonly isOpened: (lesson: LessonId) => boolean;
}

/** The presets after this one that need no model of the visitor. */
const presetAfter = (id: string) => {
  const shipped = presets.filter(({ model }) => model === undefined);
  return shipped[shipped.findIndex((preset) => preset.id === id) + 1];
};

/**
 * In this order: the lesson on reward hacking where the reward rose alone, more steps where there is room, the lesson
 * on entropy where that fell, the first lesson that was not begun, the next preset, another seed.
 */
export function nextStepAfter(
  { heldOut, changes }: Debrief,
  { config, preset, moreSteps, isOpened }: Afterwards,
): NextStep {
  const of = (id: string): ChangeView | undefined => changes.find((change) => change.id === id);
  const lesson = (id: LessonId, why: 'first' | 'hacking' | 'entropy'): NextStep[] =>
    isOpened(id) ? [] : [{ kind: 'lesson', id, why, title: lessonList.find((one) => one.id === id)?.title ?? id }];
  const entropy = of('entropy');
  const isHacked = heldOut !== null && heldOut.verdict !== 'rose' && of('reward')?.verdict === 'rose';
  const hasRoom = (heldOut ?? of('reward'))?.verdict !== 'fell' && (heldOut?.after ?? 0) < NEARLY_ALL && moreSteps > 0;
  const isNarrow = entropy?.verdict === 'fell' && entropy.after < COLLAPSE * entropy.before;
  const other = presetAfter(preset);
  const [first] = [
    ...(isHacked ? lesson('hacking', 'hacking') : []),
    ...(hasRoom && !isHacked ? [{ kind: 'more', steps: moreSteps } as const] : []),
    ...(isNarrow ? lesson('collapse', 'entropy') : []),
    ...lessonList.flatMap(({ id }) => lesson(id, 'first')),
    ...(other ? [{ kind: 'preset', id: other.id, title: other.title } as const] : []),
  ];
  return first ?? { kind: 'seed', seed: config.seed + 1 };
}
