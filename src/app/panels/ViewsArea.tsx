/** @file The views beside the playground and the links to them. Their code is loaded when they are first opened. */
import { Suspense, useEffect } from 'react';
import { loadedPart } from '../../ui/Part.tsx';
import { text } from '../../ui/text.ts';
import { ViewNav, viewStart } from '../../ui/ViewNav.tsx';
import { views, withPlace, playground, type Place } from '../place.ts';
import type { Comparison } from '../stores/comparison.ts';
import type { PartsProps } from '../parts.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';

const AtlasView = loadedPart('atlas', async () => (await import('../views/AtlasView.tsx')).AtlasView);
const LessonsView = loadedPart('lessons', async () => (await import('../views/LessonsView.tsx')).LessonsView);
const LessonArea = loadedPart('lesson', async () => (await import('../views/LessonArea.tsx')).LessonArea);

const viewOf = (place: Place) => place.view;
const lessonOf = (place: Place) => place.lesson;
/** Whether a view replaces the playground; an open lesson stands beside it. */
const coversOf = ({ view, lesson }: Place): boolean => view !== 'playground' && lesson === null;

export const useCovered = (place: PlaceStore): boolean => useStore(place, coversOf);
export const useOpenLesson = (place: PlaceStore) => useStore(place, lessonOf);

export function ViewLinks({ place }: { readonly place: PlaceStore }) {
  const current = useStore(place, viewOf);
  useEffect(() => {
    document.title = current === 'playground' ? text.product : `${text.view.views[current]} · ${text.product}`;
  }, [current]);
  return (
    <ViewNav
      views={views}
      current={current}
      labels={text.view.views}
      name={text.view.viewsName}
      hrefOf={(view) => withPlace('', { ...playground, view }) || '#'}
      onGo={(view) => {
        place.go({ view });
        // A click on the link of the open view scrolls to its beginning.
        if (view === current) document.getElementById(viewStart)?.scrollIntoView({ block: 'start' });
      }}
    />
  );
}

const waiting = <p role="status">{text.view.loading}</p>;

export function ViewsArea({ place, comparison }: { readonly place: PlaceStore; readonly comparison: Comparison }) {
  const current = useStore(place, viewOf);
  return (
    <Suspense fallback={waiting}>
      {current === 'atlas' && <AtlasView place={place} comparison={comparison} />}
      {current === 'lessons' && <LessonsView place={place} />}
    </Suspense>
  );
}

/** The open lesson, beside the playground. */
export function OpenLesson({ place, parts }: { readonly place: PlaceStore; readonly parts: PartsProps }) {
  const word = useOpenLesson(place);
  return (
    word && (
      <Suspense fallback={waiting}>
        <LessonArea key={word} word={word} parts={parts} place={place} />
      </Suspense>
    )
  );
}
