/** @file The lesson progress of this browser. */
import { createProgressStore } from '../../lessons/progress.ts';

export const lessonProgress = createProgressStore(() => localStorage);
