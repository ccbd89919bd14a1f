/** @file The progress of this browser's reader. */
import { createProgressStore } from '../../lessons/progress.ts';

export const lessonProgress = createProgressStore(() => localStorage);
