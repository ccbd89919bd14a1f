/** @file The open step of a lesson: its progress, the run that answers and its readings, rings, and Train. */
import { useEffect, useMemo } from 'react';
import { type Lesson, type LessonStep, type RunStep, stepsOf } from '../../lessons/lesson.ts';
import { phaseOf, ringOf } from '../../lessons/names.ts';
import { fresh, type LessonProgress, type ProgressState } from '../../lessons/progress.ts';
import type { RunView } from '../../ui/lessons/LessonQuestion.tsx';
import type { MainAction } from '../../ui/transport/words.ts';
import type { UpdateView } from '../../ui/river/view.ts';
import type { GuidedParts } from '../stores/guidedRuns.ts';
import { adoptRuns, mainAction, runView, trainStep } from '../stores/lessonRuns.ts';
import type { LibraryState } from '../stores/library.ts';
import { type RiverState, riverStoreOf } from '../stores/riverStore.ts';
import type { RunState } from '../stores/runStore.ts';
import type { ViewedState, Viewing } from '../stores/viewing.ts';
import { callToLesson, setOpenPart } from '../stores/viewStore.ts';
import { useSampled, useStore } from '../useSampled.ts';
import { lessonProgress } from './lessonProgress.ts';

const progressOf =
  (id: string) =>
  ({ progress }: ProgressState): LessonProgress =>
    progress[id] ?? fresh;
const runOf = (state: RunState) => state;
const runsOf = (state: LibraryState) => state.runs;
const riverOf = (state: RiverState) => state;
const viewedOf = (state: ViewedState) => state;

type OpenParts = GuidedParts & { readonly viewing: Viewing };

/** Whether a step shows or reads the last update of its run. */
const looksAtUpdate = (step: LessonStep | undefined): boolean =>
  step !== undefined &&
  ((step.evidence !== undefined && ringOf(step.evidence) === 'river') || (step.kind === 'run' && !!step.readsUpdate));

/**
 * The newest update of the current run, or as the time bar rebuilt it, read while a step needs it; undefined while it
 * is still to be read.
 */
function useUpdate(
  step: LessonStep | undefined,
  { session, viewing }: OpenParts,
  run: RunState,
): UpdateView | null | undefined {
  const { step: viewed, past } = useStore(viewing, viewedOf);
  const ahead = riverStoreOf(session.run);
  const river = viewed !== null && past ? riverStoreOf(past, ahead) : ahead;
  const { update, error } = useStore(river, riverOf);
  const isWanted = looksAtUpdate(step);
  useEffect(() => (isWanted ? river.watch() : undefined), [river, isWanted]);
  if (update?.step === run.step && run.step > 0) return update;
  return error === null ? undefined : null;
}

/** Reads the run of a step once it has enough steps, and keeps the readings. */
function useReadings(
  lesson: string,
  step: RunStep | null,
  view: RunView | null,
  { rows }: RunState,
  update: UpdateView | null | undefined,
): void {
  const isReadable = view?.state === 'measuring' && (step?.readsUpdate !== true || update !== undefined);
  useEffect(() => {
    const found = step && isReadable ? step.measure(rows, update ?? null) : null;
    if (step && found)
      lessonProgress.change(lesson, { readings: { ...lessonProgress.of(lesson).readings, [step.id]: found } });
  }, [lesson, step, isReadable, rows, update]);
}

/** Rings the control and the drawing of the open step while it is shown, and lets the main button do its action. */
function useOpenPart(step: LessonStep | undefined, main: MainAction | null): void {
  const { control, evidence } = step ?? {};
  const isOpen = step !== undefined;
  useEffect(() => {
    if (!isOpen) return undefined;
    const names = [...(control ? [control] : []), ...(evidence ? [ringOf(evidence)] : [])];
    setOpenPart({ names, phase: evidence === undefined ? null : phaseOf(evidence), main });
    return () => setOpenPart(null);
  }, [isOpen, control, evidence, main]);
}

/** An update that a part of a lesson drew, with the settings of its run. */
export interface SeenUpdate {
  readonly update: UpdateView;
  readonly config: RunState['config'];
}

/** By the key of the run: the drawing stays when the run trains on or gives way to another. */
const seenUpdates = new Map<string, SeenUpdate>();

/** The update after the last step of the run that answers `asking`, from this run or as it was seen before. */
function seenUpdate(
  asking: RunStep | undefined,
  { runs }: LessonProgress,
  { key, step, config }: RunState,
  update: UpdateView | null | undefined,
): SeenUpdate | null {
  const answer = asking && runs[asking.id];
  if (!answer) return null;
  if (update && answer === key && step === stepsOf(asking)) seenUpdates.set(key, { update, config });
  return seenUpdates.get(answer) ?? null;
}

export interface OpenStep {
  readonly progress: LessonProgress;
  /** The number of steps at the end of the lesson. */
  readonly index: number;
  readonly step: LessonStep | undefined;
  readonly asking: RunStep | null;
  readonly view: RunView | null;
  readonly run: RunState;
  readonly seen: SeenUpdate | null;
  /** Whether the current run is that of the step, or of the last question before it. */
  readonly isOwnRun: boolean;
  /** Whether that run stands after its last step, so that its update can be rebuilt. */
  readonly isAtEnd: boolean;
}

export function useOpenStep({ id, steps }: Lesson, parts: OpenParts, onNext: () => void): OpenStep {
  const { session, library, tasks } = parts;
  const progress = useStore(
    lessonProgress,
    useMemo(() => progressOf(id), [id]),
  );
  const index = Math.min(progress.step, steps.length);
  const step = steps[index];
  const asking = step?.kind === 'run' ? step : null;
  const run = useSampled(session.run, runOf, 200);
  const kept = useStore(library, runsOf);
  const view = asking ? runView(asking, progress, run, kept, tasks) : null;
  const update = useUpdate(step, parts, run);
  useReadings(id, asking, view, run, update);
  const main = step ? mainAction(view, asking !== null && progress.predicted[asking.id] !== undefined) : null;
  useOpenPart(step, main);
  useEffect(() => (asking ? adoptRuns(parts, lessonProgress, id, asking) : undefined), [parts, id, asking]);
  useEffect(() => {
    session.guideTrain(() => {
      if (main === null) return asking !== null && trainStep(parts, lessonProgress, id, asking);
      if (main === 'next') onNext();
      callToLesson();
      return true;
    });
    return () => session.guideTrain(null);
  }, [session, parts, id, asking, main, onNext]);
  const answering = steps.slice(0, index + 1).findLast((one) => one.kind === 'run');
  const isOwnRun = answering !== undefined && progress.runs[answering.id] === run.key;
  const isAtEnd = isOwnRun && run.step === stepsOf(answering);
  const seen = seenUpdate(answering, progress, run, update);
  return { progress, index, step, asking, view, run, seen, isOwnRun, isAtEnd };
}
