/** @file The list of lessons, wired to the reader's progress. */
import { allLessons } from '../../lessons/content/index.ts';
import { isLessonId, lessonList } from '../../lessons/list.ts';
import type { ProgressState } from '../../lessons/progress.ts';
import { LessonList } from '../../ui/lessons/LessonList.tsx';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';
import { lessonProgress } from './lessonProgress.ts';

const all = (state: ProgressState) => state;

export function LessonsView({ place }: { readonly place: PlaceStore }) {
  const { progress, kept } = useStore(lessonProgress, all);
  const lines = allLessons.map(({ id, summary, steps }) => ({
    id,
    summary,
    steps: steps.length,
    title: lessonList.find((one) => one.id === id)?.title ?? '',
    done: Math.min(progress[id]?.step ?? 0, steps.length),
  }));
  return (
    <LessonList
      lessons={lines}
      kept={kept}
      onOpen={(id) => {
        if (!isLessonId(id)) return;
        const finished = lines.find((line) => line.id === id && line.done === line.steps);
        if (finished) lessonProgress.change(id, { step: 0 });
        place.go({ view: 'lessons', lesson: id });
      }}
    />
  );
}
