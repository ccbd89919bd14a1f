/** @file The lesson progress of this browser, and the lesson files that it keeps. */
import { createProgressStore } from '../../lessons/progress.ts';
import { knownTasks } from '../../tasks/index.ts';
import { createOwnLessons } from '../files/ownLessons.ts';

export const lessonProgress = createProgressStore(() => localStorage);
export const ownLessons = createOwnLessons(() => localStorage, knownTasks);
