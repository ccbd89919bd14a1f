/** @file The reader’s progress in the lessons: kept in the browser, validated when read back. */
import type { ReadableStore } from '../lib/readableStore.ts';
import { z } from '../lib/zod.ts';
import { createStore } from 'zustand/vanilla';
import type { Lesson } from './lesson.ts';
import { isKeptId, isLessonId } from './list.ts';

const word = z.string().max(80);

const lessonSchema = z.object({
  /** Current step of the lesson; the number of steps at its end. */
  step: z.number().int().min(0).max(50),
  /** Whether its end was reached once; questions that were skipped have no readings. */
  ended: z.boolean().default(false),
  /** Predictions, run ids and readings, by the id of the step. */
  predicted: z.record(word, word),
  runs: z.record(word, word),
  readings: z.record(word, z.record(word, z.number())),
});

export type LessonProgress = z.infer<typeof lessonSchema>;
export type Progress = Readonly<Record<string, LessonProgress>>;

export const fresh: LessonProgress = { step: 0, ended: false, predicted: {}, runs: {}, readings: {} };

/** Questions that were passed without an answer, in order: a lesson is finished where its end was reached without any. */
export function unanswered({ steps }: Pick<Lesson, 'steps'>, { step, ended, readings }: LessonProgress): string[] {
  const passed = ended ? steps : steps.slice(0, step);
  return passed.flatMap(({ kind, id }) => (kind === 'run' && !readings[id] ? [id] : []));
}

/** The stored progress without damaged parts and unknown lessons. Never throws. */
export function readProgress(kept: string | null): Progress {
  try {
    const whole = z.record(z.string(), z.unknown()).parse(JSON.parse(kept ?? '{}'));
    return Object.fromEntries(
      Object.entries(whole).flatMap(([id, part]) => {
        const { success, data } = lessonSchema.safeParse(part);
        return success && (isLessonId(id) || isKeptId(id)) ? [[id, data]] : [];
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
  of(lesson: string): LessonProgress;
  change(lesson: string, changes: Partial<LessonProgress>): void;
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
  const of = (lesson: string) => store.getState().progress[lesson] ?? fresh;
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
