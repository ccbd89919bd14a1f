/** @file The content of the lessons in order, loaded when a lesson is opened. */
import type { Lesson } from '../lesson.ts';
import { lessonList, type LessonId } from '../list.ts';
import { collapse } from './collapse.ts';
import { group } from './group.ts';
import { hacking } from './hacking.ts';
import { leash } from './leash.ts';
import { lora } from './lora.ts';
import { imitation } from './imitation.ts';

const lessons: Readonly<Record<LessonId, Lesson>> = { group, leash, collapse, hacking, imitation, lora };

export const lessonById = (id: LessonId): Lesson => lessons[id];

export const allLessons: readonly Lesson[] = lessonList.map(({ id }) => lessons[id]);
