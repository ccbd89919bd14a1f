/** @file An open lesson, wired to the run: it starts the runs that answer, reads them and keeps the progress. */
import { useCallback } from 'react';
import { type Lesson, stepsOf } from '../../lessons/lesson.ts';
import { lessonById } from '../../lessons/content/index.ts';
import { isLessonId } from '../../lessons/list.ts';
import { LessonEnd, type FoundView } from '../../ui/lessons/LessonEnd.tsx';
import { LessonPanel } from '../../ui/lessons/LessonPanel.tsx';
import type { QuestionView } from '../../ui/lessons/LessonQuestion.tsx';
import type { PartsProps } from '../parts.ts';
import { prepareGuided } from '../stores/guidedRuns.ts';
import { resumeStep, startStep } from '../stores/lessonRuns.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { lessonCalls } from '../stores/viewStore.ts';
import { useStore } from '../useSampled.ts';
import { LessonEvidence } from './LessonEvidence.tsx';
import { lessonProgress } from './lessonProgress.ts';
import { type OpenStep, useOpenStep } from './openStep.ts';

interface OpenedLessonProps {
  readonly lesson: Lesson;
  /** Its title, with its number where it has one. */
  readonly name: string;
  readonly origin: string | null;
  readonly parts: PartsProps;
  readonly place: PlaceStore;
}

/** Texts with the reader’s numbers; those whose numbers were not measured are left out. */
const toldOf = ({ tell }: Lesson, texts: readonly string[], { readings }: OpenStep['progress'], step?: string) =>
  texts.flatMap((text) => (tell ? (tell(text, readings, step) ?? []) : text));

function foundOf({ steps }: Lesson, { predicted, readings }: OpenStep['progress']): FoundView[] {
  return steps.flatMap((step): FoundView[] => {
    if (step.kind === 'read') return [];
    const { id, title } = step;
    const own = readings[id];
    if (!own) return [{ id, title, answer: null }];
    const { answer, measured } = step.judge(own, readings);
    return [
      {
        id,
        title,
        answer: { verdict: answer === null ? 'unclear' : answer === predicted[id] ? 'right' : 'wrong', measured },
      },
    ];
  });
}

function End({ lesson, name, origin, place, progress }: OpenedLessonProps & Pick<OpenStep, 'progress'>) {
  const next = lesson.next !== null && isLessonId(lesson.next) ? lessonById(lesson.next) : null;
  const { id, steps } = lesson;
  return (
    <LessonEnd
      name={name}
      origin={origin}
      found={foundOf(lesson, progress)}
      learnt={toldOf(lesson, lesson.learnt, progress)}
      next={next?.title ?? null}
      onNext={() => place.go(next ? { view: 'lessons', lesson: next.id } : { view: 'atlas' })}
      onOpen={(to) => lessonProgress.change(id, { step: steps.findIndex((step) => step.id === to) })}
      onAgain={() => lessonProgress.change(id, { step: 0 })}
      onLeave={() => place.go({ view: 'lessons' })}
    />
  );
}

function questionOf(lesson: Lesson, { asking, view, progress }: OpenStep): QuestionView | null {
  if (!asking || !view) return null;
  const { id, set, question, choices, after } = asking;
  return {
    set,
    question,
    choices,
    predicted: progress.predicted[id] ?? null,
    steps: stepsOf(asking),
    run: view,
    after: toldOf(lesson, [after], progress, id).join(''),
  };
}

/** Opens the part before or after the open one. */
function move({ id, steps }: Lesson, by: 1 | -1): void {
  const to = Math.min(lessonProgress.of(id).step, steps.length) + by;
  lessonProgress.change(id, { step: to, ...(to >= steps.length ? { ended: true } : {}) });
}

export function OpenedLesson(props: OpenedLessonProps) {
  const { lesson, name, origin, parts, place } = props;
  const onNext = useCallback(() => move(lesson, 1), [lesson]);
  const open = useOpenStep(lesson, parts, onNext);
  const { progress, index, step, asking } = open;
  const { id, steps } = lesson;
  const { count: calls } = useStore(lessonCalls);
  if (!step) return <End {...props} progress={progress} />;
  return (
    <LessonPanel
      name={name}
      origin={origin}
      index={index}
      count={steps.length}
      opened={place.getState() !== place.getInitialState()}
      heading={step.title}
      prose={toldOf(lesson, step.prose, progress)}
      lit={step.control === undefined ? null : step.control === 'ask' ? 'ask' : 'settings'}
      question={questionOf(lesson, open)}
      evidence={step.evidence === undefined ? null : <LessonEvidence name={step.evidence} open={open} parts={parts} />}
      onPredict={(choice) =>
        asking && lessonProgress.change(id, { predicted: { ...progress.predicted, [asking.id]: choice } })
      }
      onSet={() => asking && prepareGuided(parts, new URLSearchParams(asking.words))}
      onRun={() => asking && startStep(parts, lessonProgress, id, asking)}
      onGoOn={() => asking && resumeStep(parts, lessonProgress, id, asking)}
      calls={calls}
      onMove={(by) => move(lesson, by)}
      onLeave={() => place.go({ view: 'lessons' })}
    />
  );
}
