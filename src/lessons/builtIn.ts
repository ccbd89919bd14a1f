/** @file The parts of a lesson of the list that its own file states; titles, order and notes are stated beside it. */
import type { LessonData } from './data.ts';
import type { Lesson } from './lesson.ts';

export type BuiltIn = Pick<Lesson, 'summary' | 'steps' | 'learnt'>;
/** As data, for lessons whose questions are conditions on readings. */
export type BuiltInData = Pick<LessonData, 'summary' | 'steps' | 'learnt'>;
