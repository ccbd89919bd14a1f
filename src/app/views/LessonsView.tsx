/** @file The list of lessons, wired to the reader's progress and to the kept lesson files. */
import { allLessons } from '../../lessons/content/index.ts';
import { plan } from '../../lessons/content/teacherNotes.ts';
import type { Lesson } from '../../lessons/lesson.ts';
import { fresh, type Progress, type ProgressState, unanswered } from '../../lessons/progress.ts';
import { type LessonLine, LessonList } from '../../ui/lessons/LessonList.tsx';
import { lessonWords as words } from '../../ui/lessons/words.ts';
import type { OwnLessonsState } from '../files/ownLessons.ts';
import type { PlaceStore } from '../stores/placeStore.ts';
import { useStore } from '../useSampled.ts';
import { lessonProgress, ownLessons } from './lessonProgress.ts';

const all = (state: ProgressState) => state;
const allOwn = (state: OwnLessonsState) => state;

function lineOf(lesson: Lesson, title: string, progress: Progress): LessonLine {
  const { id, summary, steps } = lesson;
  const own = progress[id] ?? fresh;
  return {
    id,
    title,
    summary,
    steps: steps.length,
    done: Math.min(own.step, steps.length),
    skipped: unanswered(lesson, own).length,
    ended: own.ended || own.step >= steps.length,
  };
}

const numbered = allLessons.map((lesson, at) => ({ lesson, title: words.name(at, lesson.title) }));

export function LessonsView({ place }: { readonly place: PlaceStore }) {
  const { progress, kept } = useStore(lessonProgress, all);
  const { lessons, problem, kept: areKept } = useStore(ownLessons, allOwn);
  const open = async (id: string) => {
    const own = lessons.find(({ lesson }) => lesson.id === id);
    place.go({ view: 'lessons', lesson: own ? await ownLessons.wordOf(own) : id });
  };
  const notes = [...numbered, ...lessons.map(({ lesson }) => ({ lesson, title: lesson.title }))];
  return (
    <LessonList
      lessons={numbered.map(({ lesson, title }) => lineOf(lesson, title, progress))}
      own={lessons.map(({ lesson }) => lineOf(lesson, lesson.title, progress))}
      problem={problem}
      kept={kept && areKept}
      notes={notes.flatMap(({ lesson: { teacher }, title }) => (teacher.length > 0 ? { title, notes: teacher } : []))}
      plan={plan}
      onOpen={(id) => void open(id)}
      onFile={async (file) => {
        const word = await ownLessons.choose(file);
        if (word !== null) place.go({ view: 'lessons', lesson: word });
      }}
      onRemove={ownLessons.remove}
    />
  );
}
