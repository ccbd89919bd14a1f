/** @file A lesson beside the playground: one of the list, or a lesson file that is opened first. */
import { Button } from '@mantine/core';
import { useEffect, useState } from 'react';
import { lessonById } from '../../lessons/content/index.ts';
import { isLessonId, lessonList } from '../../lessons/list.ts';
import { lessonWords as words } from '../../ui/lessons/words.ts';
import type { OwnLesson } from '../files/ownLessons.ts';
import type { PartsProps } from '../parts.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { ownLessons } from './lessonProgress.ts';
import { OpenedLesson } from './OpenedLesson.tsx';

interface LessonAreaProps {
  /** The lesson as an address names it. */
  readonly word: string;
  readonly parts: PartsProps;
  readonly place: PlaceStore;
}

/** The lesson of a file, once it is read; or the sentence that says why it cannot be opened. */
function useFileLesson(word: string): OwnLesson | string | null {
  const [found, setFound] = useState<OwnLesson | string | null>(null);
  useEffect(() => {
    let isCurrent = true;
    const say = (to: OwnLesson | string) => {
      if (isCurrent) setFound(to);
    };
    ownLessons.open(word).then(say, (cause: unknown) => say(cause instanceof Error ? cause.message : String(cause)));
    return () => {
      isCurrent = false;
    };
  }, [word]);
  return found;
}

function FileLesson({ word, parts, place }: LessonAreaProps) {
  const found = useFileLesson(word);
  if (found === null) return <p role="status">{words.own.loading}</p>;
  if (typeof found !== 'string') {
    const { lesson, author } = found;
    const origin = author === null ? words.own.label : words.own.by(author);
    return <OpenedLesson lesson={lesson} name={lesson.title} origin={origin} parts={parts} place={place} />;
  }
  return (
    <div role="alert" data-testid="lesson-problem">
      <p>{words.own.refused(words.own.file, found)}</p>
      <Button size="compact-sm" variant="default" onClick={() => place.go({ view: 'lessons' })}>
        {words.own.back}
      </Button>
    </div>
  );
}

export function LessonArea(props: LessonAreaProps) {
  const { word, parts, place } = props;
  if (!isLessonId(word)) return <FileLesson {...props} />;
  const lesson = lessonById(word);
  const name = words.name(
    lessonList.findIndex(({ id }) => id === word),
    lesson.title,
  );
  return <OpenedLesson lesson={lesson} name={name} origin={null} parts={parts} place={place} />;
}
