/** @file The lessons in order, by the id that an address uses; their content is loaded when one is opened. */

export const lessonList = [
  { id: 'group', title: 'What a group is for' },
  { id: 'leash', title: 'The leash: KL and β' },
  { id: 'collapse', title: 'Entropy collapse, and how to see it coming' },
  { id: 'hacking', title: 'Reward hacking, and the mend' },
  { id: 'imitation', title: 'SFT or RL?' },
  { id: 'lora', title: 'What LoRA changes' },
] as const;

export type LessonId = (typeof lessonList)[number]['id'];

export const isLessonId = (word: string): word is LessonId => lessonList.some(({ id }) => id === word);
