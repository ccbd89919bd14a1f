/**
 * @file A lesson beside the playground, wired to the run: it starts the runs that answer, reads them and keeps the
 * progress.
 */
import { useEffect, useMemo } from 'react';
import { lessonById } from '../../lessons/content/index.ts';
import { type RunStep, stepsOf } from '../../lessons/lesson.ts';
import { lessonList, type LessonId } from '../../lessons/list.ts';
import { fresh, type LessonProgress, type ProgressState } from '../../lessons/progress.ts';
import { LessonPanel, type QuestionView, type RunView } from '../../ui/lessons/LessonPanel.tsx';
import type { LibraryState } from '../stores/library.ts';
import { drawOnly, type GuidedParts, prepareGuided, startGuided } from '../stores/guidedRuns.ts';
import { adoptRuns, comparedRuns, runView } from '../stores/lessonRuns.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import type { RunState } from '../stores/runStore.ts';
import { lightControl } from '../stores/viewStore.ts';
import { useSampled, useStore } from '../useSampled.ts';
import { lessonProgress } from './lessonProgress.ts';

const progressOf =
  (id: LessonId) =>
  ({ progress }: ProgressState): LessonProgress =>
    progress[id] ?? fresh;
const runOf = (state: RunState) => state;
const runsOf = (state: LibraryState) => state.runs;

/** Reads the run of a step once it has enough steps, and keeps the readings. */
function useReadings(lesson: LessonId, step: RunStep | null, view: RunView | null, run: RunState): void {
  const { rows } = run;
  const isReadable = view?.state === 'measuring';
  useEffect(() => {
    const found = step && isReadable ? step.measure(rows) : null;
    if (step && found)
      lessonProgress.change(lesson, { readings: { ...lessonProgress.of(lesson).readings, [step.id]: found } });
  }, [lesson, step, isReadable, rows]);
}

interface LessonAreaProps {
  readonly id: LessonId;
  readonly parts: GuidedParts;
  readonly place: PlaceStore;
}

/** The open lesson with its step, progress and the state of the run that answers. */
function useLesson({ id, parts }: LessonAreaProps) {
  const { session, library, tasks } = parts;
  const lesson = lessonById(id);
  const progress = useStore(
    lessonProgress,
    useMemo(() => progressOf(id), [id]),
  );
  const index = Math.min(progress.step, lesson.steps.length - 1);
  const step = lesson.steps[index];
  const asking = step?.kind === 'run' ? step : null;
  const run = useSampled(session.run, runOf, 200);
  const kept = useStore(library, runsOf);
  const view = asking ? runView(asking, progress, run, kept, tasks) : null;
  useReadings(id, asking, view, run);
  useEffect(() => (asking ? adoptRuns(parts, lessonProgress, id, asking) : undefined), [parts, id, asking]);
  return { lesson, progress, index, step, asking, view };
}

/** Rings the control of the open step while it is shown. */
function useLitControl(control: string | null): void {
  useEffect(() => {
    lightControl(control);
    return () => lightControl(null);
  }, [control]);
}

export function LessonArea(props: LessonAreaProps) {
  const { id, parts, place } = props;
  const { lesson, progress, index, step, asking, view } = useLesson(props);
  useLitControl(step?.control ?? null);
  if (!step) return null;
  const question: QuestionView | null = asking &&
    view && {
      set: asking.set,
      question: asking.question,
      choices: asking.choices,
      predicted: progress.predicted[asking.id] ?? null,
      steps: stepsOf(asking),
      run: view,
      after: asking.after,
    };
  const start = () => {
    if (!asking) return;
    const { [asking.id]: _run, ...runs } = progress.runs;
    const { [asking.id]: _read, ...readings } = progress.readings;
    const key = startGuided(parts, {
      words: new URLSearchParams(asking.words),
      name: asking.name,
      beside: comparedRuns(asking, progress),
    });
    lessonProgress.change(id, { runs: { ...runs, [asking.id]: key }, readings });
  };
  const goOn = () => {
    if (!asking) return;
    void parts.library.goOn(progress.runs[asking.id] ?? '');
    void drawOnly(parts.library, comparedRuns(asking, progress));
  };
  return (
    <LessonPanel
      number={lessonList.findIndex((one) => one.id === id) + 1}
      title={lessonList.find((one) => one.id === id)?.title ?? ''}
      index={index}
      count={lesson.steps.length}
      opened={place.getState() !== place.getInitialState()}
      heading={step.title}
      prose={step.prose}
      lit={step.control === undefined ? null : step.control === 'ask' ? 'ask' : 'settings'}
      question={question}
      onPredict={(choice) =>
        asking && lessonProgress.change(id, { predicted: { ...progress.predicted, [asking.id]: choice } })
      }
      onSet={() => asking && prepareGuided(parts, new URLSearchParams(asking.words))}
      onRun={start}
      onGoOn={goOn}
      onMove={(by) => {
        lessonProgress.change(id, { step: index + by });
        if (index + by >= lesson.steps.length) place.go({ view: 'lessons' });
      }}
      onLeave={() => place.go({ view: 'lessons' })}
    />
  );
}
