/**
 * @file The runs that answer the questions of a lesson: their state, and whether a run that Train began counts as one.
 * Knows no React.
 */
import { type RunStep, stepsOf } from '../../lessons/lesson.ts';
import type { LessonProgress, ProgressStore } from '../../lessons/progress.ts';
import type { Task } from '../../tasks/task.ts';
import type { RunView } from '../../ui/lessons/LessonQuestion.tsx';
import type { MainAction } from '../../ui/transport/words.ts';
import { sameConfig } from './configChanges.ts';
import { type GuidedParts, drawOnly, startGuided, wantedConfig } from './guidedRuns.ts';
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
  lesson: string,
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

/** Trains the run of a step from its beginning, as the answer to its question; earlier readings of the step go. */
export function startStep(parts: GuidedParts, progress: ProgressStore, lesson: string, step: RunStep): void {
  const known = progress.of(lesson);
  const { [step.id]: _run, ...runs } = known.runs;
  const { [step.id]: _read, ...readings } = known.readings;
  const key = startGuided(parts, {
    words: new URLSearchParams(step.words),
    name: step.name,
    beside: comparedRuns(step, known),
  });
  progress.change(lesson, { runs: { ...runs, [step.id]: key }, readings });
}

/** Continues the kept run of a step. */
export function resumeStep({ library }: GuidedParts, progress: ProgressStore, lesson: string, step: RunStep): void {
  const known = progress.of(lesson);
  void library.goOn(known.runs[step.id] ?? '');
  void drawOnly(library, comparedRuns(step, known));
}

/** The action of the main button at a step whose run is in this state; null where it trains. */
export const mainAction = (view: RunView | null, isPredicted: boolean): MainAction | null =>
  view === null || view.state === 'done' ? 'next' : view.state === 'none' && !isPredicted ? 'predict' : null;

/** Lets Train run the predicted step of a lesson; false where Train should act on the current run, that of the step. */
export function trainStep(parts: GuidedParts, progress: ProgressStore, lesson: string, step: RunStep): boolean {
  const { session, library, tasks } = parts;
  const run = session.run.getState();
  const { state } = runView(step, progress.of(lesson), run, library.getState().runs, tasks);
  if (state === 'kept') resumeStep(parts, progress, lesson, step);
  else if (state === 'changed' || state === 'measuring') startStep(parts, progress, lesson, step);
  else if (state !== 'none' || (run.step === 0 && isAsAsked(step, run, tasks))) return false;
  else startStep(parts, progress, lesson, step);
  return true;
}
