/**
 * @file The lessons in order, numbered from 0, by the id that an address uses; their content is loaded when one is
 * opened. A lesson file is named by its own text, packed, or by its id in this browser.
 */

export const lessonList = [
  { id: 'update', title: 'One update, slowly' },
  { id: 'group', title: 'What a group is for' },
  { id: 'leash', title: 'The leash: KL and β' },
  { id: 'collapse', title: 'Entropy collapse, and how to see it coming' },
  { id: 'hacking', title: 'Reward hacking, and the mend' },
  { id: 'imitation', title: 'SFT or RL?' },
  { id: 'lora', title: 'What LoRA changes' },
] as const;

export type LessonId = (typeof lessonList)[number]['id'];

export const isLessonId = (word: string): word is LessonId => lessonList.some(({ id }) => id === word);

/** Prefix of a whole lesson file in an address. */
export const PACKED = 'json.';
/** Id of a lesson file that this browser keeps. */
export const isKeptId = (word: string): boolean => /^own-[0-9a-f]{16}$/.test(word);

/** Whether an address may name this lesson; whether the file can be read shows when it is opened. */
export const isLessonWord = (word: string): boolean =>
  isLessonId(word) || isKeptId(word) || (word.startsWith(PACKED) && /^[\w-]+$/.test(word.slice(PACKED.length)));

/** Value of `format` in a lesson file. */
export const LESSON_FORMAT = 'rollout-lesson';

/** Whether the beginning of a text is that of a lesson file, right or not. */
export const isLessonFile = (beginning: string): boolean =>
  /^\s*\{/.test(beginning) && new RegExp(`"format"\\s*:\\s*"${LESSON_FORMAT}"`).test(beginning);
