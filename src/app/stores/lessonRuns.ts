/**
 * @file The runs that answer the questions of a lesson: their state, and whether a run that Train began counts as one.
 * Knows no React.
 */
import { type RunStep, stepsOf } from '../../lessons/lesson.ts';
import type { LessonId } from '../../lessons/list.ts';
import type { LessonProgress, ProgressStore } from '../../lessons/progress.ts';
import type { Task } from '../../tasks/task.ts';
import type { RunView } from '../../ui/lessons/LessonPanel.tsx';
import { sameConfig } from './configChanges.ts';
import { type GuidedParts, drawOnly, wantedConfig } from './guidedRuns.ts';
import type { LibraryState } from './library.ts';
import type { RunState } from './runStore.ts';

/** Whether a run began with the settings of a step and still has them. */
function isAsAsked(
  { words }: Pick<RunStep, 'words'>,
  { adjusted, config, initial }: RunState,
  tasks: readonly Task[],
): boolean {
  const wanted = wantedConfig(new URLSearchParams(words), tasks).config;
  return !adjusted && [config, initial].every((own) => own !== null && sameConfig(own, wanted));
}

/** The state of the run that answers a step, from the current run and the kept ones. */
export function runView(
  step: RunStep,
  { runs, readings }: LessonProgress,
  run: RunState,
  kept: LibraryState['runs'],
  tasks: readonly Task[],
): RunView {
  const found = readings[step.id];
  if (found) return { state: 'done', ...step.judge(found, readings) };
  const key = runs[step.id];
  if (key === undefined) return { state: 'none', uncounted: run.step > 0 && isAsAsked(step, run, tasks) };
  if (run.key !== key) {
    const line = kept.find(({ id }) => id === key);
    return line ? { state: 'kept', step: line.steps } : { state: 'none', uncounted: false };
  }
  if (run.status === 'loading') return { state: 'loading' };
  if (!isAsAsked(step, run, tasks)) return { state: 'changed' };
  if (run.step >= stepsOf(step)) return { state: 'measuring', step: run.step };
  return { state: run.status === 'running' ? 'training' : 'waiting', step: run.step };
}

/** Runs of earlier steps with which the question compares. */
export const comparedRuns = ({ compares = [] }: RunStep, { runs }: LessonProgress): readonly string[] =>
  compares.flatMap((id) => runs[id] ?? []);

/**
 * Whether a run that Train has just begun answers a step: it has the settings, and the prediction came before its first
 * step.
 */
function answersStep(
  step: RunStep,
  { predicted, runs, readings }: LessonProgress,
  run: RunState,
  tasks: readonly Task[],
): boolean {
  const isOpen = predicted[step.id] !== undefined && runs[step.id] === undefined && readings[step.id] === undefined;
  return isOpen && run.status === 'running' && run.step === 0 && isAsAsked(step, run, tasks);
}

/**
 * Counts a run that Train begins as the answer to the step where it qualifies, until the returned function is called.
 */
export function adoptRuns(
  { session, library, tasks }: GuidedParts,
  progress: ProgressStore,
  lesson: LessonId,
  step: RunStep,
): () => void {
  return session.run.subscribe((run) => {
    if (!answersStep(step, progress.of(lesson), run, tasks)) return;
    // “Run it” also begins runs and records them right afterwards.
    queueMicrotask(() => {
      const known = progress.of(lesson);
      if (known.runs[step.id] !== undefined || session.run.getState().key !== run.key) return;
      progress.change(lesson, { runs: { ...known.runs, [step.id]: run.key } });
      void drawOnly(library, comparedRuns(step, known));
    });
  });
}
