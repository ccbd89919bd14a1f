/** @file The open step of a lesson: its progress, the run that answers and its readings, rings, and Train. */
import { useEffect, useMemo } from 'react';
import { type Lesson, type LessonStep, type RunStep } from '../../lessons/lesson.ts';
import { ringOf } from '../../lessons/names.ts';
import { fresh, type LessonProgress, type ProgressState } from '../../lessons/progress.ts';
import type { RunView } from '../../ui/lessons/LessonQuestion.tsx';
import type { UpdateView } from '../../ui/river/view.ts';
import type { GuidedParts } from '../stores/guidedRuns.ts';
import { adoptRuns, runView, trainStep } from '../stores/lessonRuns.ts';
import type { LibraryState } from '../stores/library.ts';
import { type RiverState, riverStoreOf } from '../stores/riverStore.ts';
import type { RunState } from '../stores/runStore.ts';
import { lightParts } from '../stores/viewStore.ts';
import { useSampled, useStore } from '../useSampled.ts';
import { lessonProgress } from './lessonProgress.ts';

const progressOf =
  (id: string) =>
  ({ progress }: ProgressState): LessonProgress =>
    progress[id] ?? fresh;
const runOf = (state: RunState) => state;
const runsOf = (state: LibraryState) => state.runs;
const riverOf = (state: RiverState) => state;

/** Whether a step shows or reads the last update of its run. */
const looksAtUpdate = (step: LessonStep | undefined): boolean =>
  step !== undefined &&
  ((step.evidence !== undefined && ringOf(step.evidence) === 'river') || (step.kind === 'run' && !!step.readsUpdate));

/** The newest update of the current run, read while a step needs it; undefined while it is still to be read. */
function useUpdate(
  step: LessonStep | undefined,
  { session }: GuidedParts,
  run: RunState,
): UpdateView | null | undefined {
  const river = riverStoreOf(session.run);
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

/** Rings the control and the drawing of the open step while it is shown. */
function useRings(step: LessonStep | undefined): void {
  const { control, evidence } = step ?? {};
  useEffect(() => {
    lightParts([...(control ? [control] : []), ...(evidence ? [ringOf(evidence)] : [])]);
    return () => lightParts([]);
  }, [control, evidence]);
}

export interface OpenStep {
  readonly progress: LessonProgress;
  /** The number of steps at the end of the lesson. */
  readonly index: number;
  readonly step: LessonStep | undefined;
  readonly asking: RunStep | null;
  readonly view: RunView | null;
  readonly run: RunState;
  readonly update: UpdateView | null;
  /** Whether the current run is that of the step, or of the last question before it. */
  readonly isOwnRun: boolean;
}

export function useOpenStep({ id, steps }: Lesson, parts: GuidedParts): OpenStep {
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
  useRings(step);
  useEffect(() => (asking ? adoptRuns(parts, lessonProgress, id, asking) : undefined), [parts, id, asking]);
  useEffect(() => {
    session.guideTrain(asking && (() => trainStep(parts, lessonProgress, id, asking)));
    return () => session.guideTrain(null);
  }, [session, parts, id, asking]);
  const answering = steps.slice(0, index + 1).findLast(({ kind }) => kind === 'run');
  const isOwnRun = answering !== undefined && progress.runs[answering.id] === run.key;
  return { progress, index, step, asking, view, run, update: update ?? null, isOwnRun };
}
