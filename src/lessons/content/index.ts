/** @file The content of the lessons in order, loaded when a lesson is opened. */
import type { BuiltIn, BuiltInData } from '../builtIn.ts';
import type { LessonData } from '../data.ts';
import { lessonOf } from '../fromData.ts';
import type { Lesson } from '../lesson.ts';
import { lessonList, type LessonId } from '../list.ts';
import { collapse } from './collapse.ts';
import { group } from './group.ts';
import { hacking } from './hacking.ts';
import { imitation } from './imitation.ts';
import { leash } from './leash.ts';
import { lora } from './lora.ts';
import { teacherNotes } from './teacherNotes.ts';
import { update } from './update.ts';

const written: Readonly<Partial<Record<LessonId, BuiltIn>>> = { leash, collapse, hacking, imitation, lora };
const asData: Readonly<Partial<Record<LessonId, BuiltInData>>> = { update, group };

/** The data of the lessons that are data. */
export const lessonsAsData: readonly LessonData[] = lessonList.flatMap(({ id, title }) => {
  const data = asData[id];
  return data ? [{ ...data, title }] : [];
});

function lessonAt({ id, title }: (typeof lessonList)[number], at: number): Lesson {
  const rest = { title, next: lessonList[at + 1]?.id ?? null, teacher: teacherNotes[id] };
  const data = asData[id];
  if (data) return { ...lessonOf(id, { ...data, title }), ...rest };
  const own = written[id];
  if (!own) throw new Error(`lesson ${id} has no content`);
  return { ...own, id, ...rest };
}

export const allLessons: readonly Lesson[] = lessonList.map(lessonAt);

export const lessonById = (id: LessonId): Lesson => allLessons[lessonList.findIndex((one) => one.id === id)] as Lesson;
