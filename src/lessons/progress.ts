/** @file The reader’s progress in the lessons: kept in the browser, validated when read back. */
import type { ReadableStore } from '../lib/readableStore.ts';
import { z } from '../lib/zod.ts';
import { createStore } from 'zustand/vanilla';
import { lessonList, type LessonId } from './list.ts';

const word = z.string().max(80);

const lessonSchema = z.object({
  /** Current step of the lesson; the number of steps when it is finished. */
  step: z.number().int().min(0).max(50),
  /** Predictions, run ids and readings, by the id of the step. */
  predicted: z.record(word, word),
  runs: z.record(word, word),
  readings: z.record(word, z.record(word, z.number())),
});

export type LessonProgress = z.infer<typeof lessonSchema>;
export type Progress = Readonly<Partial<Record<LessonId, LessonProgress>>>;

export const fresh: LessonProgress = { step: 0, predicted: {}, runs: {}, readings: {} };

/** The stored progress without damaged parts and unknown lessons. Never throws. */
export function readProgress(kept: string | null): Progress {
  try {
    const whole = z.record(z.string(), z.unknown()).parse(JSON.parse(kept ?? '{}'));
    return Object.fromEntries(
      lessonList.flatMap(({ id }) => {
        const { success, data } = lessonSchema.safeParse(whole[id]);
        return success ? [[id, data]] : [];
      }),
    );
  } catch {
    return {};
  }
}

export interface ProgressState {
  readonly progress: Progress;
  /** Whether the browser stores it. */
  readonly kept: boolean;
}

export interface ProgressStore extends ReadableStore<ProgressState> {
  of(lesson: LessonId): LessonProgress;
  change(lesson: LessonId, changes: Partial<LessonProgress>): void;
}

const KEY = 'rollout.lessons';

function recalled(storage: () => Storage): ProgressState {
  try {
    return { progress: readProgress(storage().getItem(KEY)), kept: true };
  } catch {
    return { progress: {}, kept: false };
  }
}

/** `storage` throws where the browser refuses. */
export function createProgressStore(storage: () => Storage): ProgressStore {
  const store = createStore<ProgressState>(() => recalled(storage));
  const of = (lesson: LessonId) => store.getState().progress[lesson] ?? fresh;
  return {
    ...store,
    of,
    change(lesson, changes) {
      const progress = { ...store.getState().progress, [lesson]: { ...of(lesson), ...changes } };
      store.setState({ progress });
      try {
        storage().setItem(KEY, JSON.stringify(progress));
      } catch {
        store.setState({ kept: false });
      }
    },
  };
}
