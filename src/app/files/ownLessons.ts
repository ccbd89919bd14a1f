/** @file Lesson files on the page: opened by drop, button and link, kept in the browser. Loaded on demand. */
import { createStore } from 'zustand/vanilla';
import { UsageError } from '../../lib/assert.ts';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { z } from '../../lib/zod.ts';
import { type LessonFile, LARGEST_LESSON, packed, readLessonFile, unpacked } from '../../lessons/file.ts';
import { lessonOf } from '../../lessons/fromData.ts';
import type { Lesson } from '../../lessons/lesson.ts';
import { PACKED } from '../../lessons/list.ts';
import type { Task } from '../../tasks/task.ts';
import { lessonWords as words } from '../../ui/lessons/words.ts';
import { settingsProblem } from '../lessonSettings.ts';

export interface OwnLesson {
  readonly lesson: Lesson;
  readonly author: string | null;
  readonly text: string;
}

export interface OwnLessonsState {
  /** The newest last. */
  readonly lessons: readonly OwnLesson[];
  /** Why the last file was refused. */
  readonly problem: string | null;
  /** Whether the browser stores them. */
  readonly kept: boolean;
}

export interface OwnLessons extends ReadableStore<OwnLessonsState> {
  /** Keeps the lesson of a file and answers the word that opens it; null, with the problem stated, if it is refused. */
  choose(file: File): Promise<string | null>;
  /** The lesson that a word of an address names, kept from now on. UsageError if it cannot be opened. */
  open(word: string): Promise<OwnLesson>;
  /** The word that opens a kept lesson: the whole lesson where an address can hold it, else its id. */
  wordOf(own: OwnLesson): Promise<string>;
  remove(id: string): void;
}

const KEY = 'rollout.ownLessons';
/** Most lessons that are kept; beyond it the oldest goes. */
const MOST = 20;

const made = ({ id, data, author, text }: LessonFile): OwnLesson => ({ lesson: lessonOf(id, data), author, text });

/** `storage` throws where the browser refuses; then lessons last as long as the page. */
export function createOwnLessons(storage: () => Storage, tasks: readonly Task[]): OwnLessons {
  const read = (text: string) => made(readLessonFile(text, (settings) => settingsProblem(settings, tasks)));
  const recalled = (): OwnLesson[] => {
    try {
      const texts = z.array(z.string()).parse(JSON.parse(storage().getItem(KEY) ?? '[]'));
      return texts.flatMap((text) => {
        try {
          return [read(text)];
        } catch {
          // A kept lesson that this version of the page does not read.
          return [];
        }
      });
    } catch {
      return [];
    }
  };
  const store = createStore<OwnLessonsState>(() => ({ lessons: recalled(), problem: null, kept: true }));
  const set = (lessons: readonly OwnLesson[]) => {
    store.setState({ lessons });
    try {
      storage().setItem(KEY, JSON.stringify(lessons.map(({ text }) => text)));
      store.setState({ kept: true });
    } catch {
      store.setState({ kept: false });
    }
  };
  const keep = (own: OwnLesson): OwnLesson => {
    const others = store.getState().lessons.filter(({ lesson }) => lesson.id !== own.lesson.id);
    set([...others, own].slice(-MOST));
    return own;
  };
  const wordOf = async ({ text, lesson }: OwnLesson) => (await packed(text)) ?? lesson.id;
  return {
    ...store,
    wordOf,
    async choose(file) {
      store.setState({ problem: null });
      try {
        if (file.size > 4 * LARGEST_LESSON) throw new UsageError(`a lesson has at most ${LARGEST_LESSON} characters`);
        return await wordOf(keep(read(await file.text())));
      } catch (cause) {
        store.setState({ problem: words.own.refused(file.name, cause instanceof Error ? cause.message : '') });
        return null;
      }
    },
    async open(word) {
      if (word.startsWith(PACKED)) return keep(read(await unpacked(word)));
      const kept = store.getState().lessons.find(({ lesson }) => lesson.id === word);
      if (!kept) throw new UsageError(`lesson: this browser keeps no lesson ${word}; open its file again`);
      return kept;
    },
    remove(id) {
      set(store.getState().lessons.filter(({ lesson }) => lesson.id !== id));
    },
  };
}
