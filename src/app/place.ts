/** @file The open part of the page as in the address: `view`, with `lesson` or `entry`. It belongs to no run. */
import { isEntry } from '../lessons/entries.ts';
import { isLessonWord, lessonList } from '../lessons/list.ts';
import { text } from '../ui/text.ts';

export const views = ['playground', 'lessons', 'atlas'] as const;
export type View = (typeof views)[number];

export interface Place {
  readonly view: View;
  /** The open lesson: its id, or a packed lesson file; null for the list of lessons. */
  readonly lesson: string | null;
  /** The open entry of the atlas. */
  readonly entry: string | null;
}

export const playground: Place = { view: 'playground', lesson: null, entry: null };
export const isSamePlace = (a: Place, b: Place): boolean =>
  a.view === b.view && a.lesson === b.lesson && a.entry === b.entry;

export const placeKeys: readonly string[] = ['view', 'lesson', 'entry'];

/** Reads the place from the words of an address; unknown words become a sentence. Never throws. */
export function readPlace(words: URLSearchParams): { readonly place: Place; readonly problems: readonly string[] } {
  const problems: string[] = [];
  const known = <W extends string>(
    key: string,
    isKnown: (word: string) => word is W,
    list: readonly string[],
  ): W | null => {
    const word = words.get(key);
    if (word === null || isKnown(word)) return word;
    problems.push(text.url.unknownPlace(key, word, list.join(', ')));
    return null;
  };
  const isView = (word: string): word is View => views.some((view) => view === word);
  const view = known('view', isView, views) ?? 'playground';
  const lesson = known(
    'lesson',
    (word): word is string => isLessonWord(word),
    lessonList.map(({ id }) => id),
  );
  const entry = known('entry', (word): word is string => isEntry(word), [
    'paper-1 … paper-94',
    'default',
    'countdown',
    'objectives',
    'objectives-later',
  ]);
  return {
    place: { view, lesson: view === 'lessons' ? lesson : null, entry: view === 'atlas' ? entry : null },
    problems,
  };
}

/** The hash of the settings with the place added; the playground is the default and is not written. */
export function withPlace(hash: string, { view, lesson, entry }: Place): string {
  const words = new URLSearchParams(hash.replace(/^#/, ''));
  if (view !== 'playground') words.set('view', view);
  if (lesson !== null) words.set('lesson', lesson);
  if (entry !== null) words.set('entry', entry);
  const written = words.toString();
  return written === '' ? '' : `#${written}`;
}
