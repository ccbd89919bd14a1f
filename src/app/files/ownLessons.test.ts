/** @file Lesson files in the browser: kept, opened by their words, refused in a sentence, removed. */
import { expect, test } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { storageOf } from '../../../testing/app/memoryStorage.ts';
import { lessonFile } from '../../../testing/lessonFile.ts';
import { createOwnLessons } from './ownLessons.ts';

const fileOf = (value: unknown, name = 'pairs.json') => new File([JSON.stringify(value)], name);

test('a chosen lesson is kept, and its word opens it in another browser', async () => {
  const storage = storageOf();
  const lessons = createOwnLessons(() => storage, tasks);
  const word = (await lessons.choose(fileOf(lessonFile))) ?? '';
  expect(word).toMatch(/^json\./);
  const again = createOwnLessons(() => storage, tasks);
  const [kept] = again.getState().lessons;
  expect(kept).toMatchObject({
    author: 'Ms Example',
    lesson: { title: 'Pairs', next: 'group', teacher: ['Ask first.'] },
  });
  const elsewhere = createOwnLessons(() => storageOf(), tasks);
  const opened = await elsewhere.open(word);
  expect(opened.lesson.id).toBe(kept?.lesson.id);
  expect(elsewhere.getState().lessons).toHaveLength(1);
  expect(await elsewhere.open(opened.lesson.id)).toBe(elsewhere.getState().lessons[0]);
  again.remove(opened.lesson.id);
  expect(createOwnLessons(() => storage, tasks).getState().lessons).toEqual([]);
  await expect(again.open(opened.lesson.id)).rejects.toThrow('keeps no lesson');
});

test('a refused file states its name and the field, and the kept lessons stay', async () => {
  const lessons = createOwnLessons(() => storageOf(), tasks);
  await lessons.choose(fileOf(lessonFile));
  const bad = lessonFile.steps.map((step) => ('settings' in step ? { ...step, settings: 'max_steps=0' } : step));
  expect(await lessons.choose(fileOf({ ...lessonFile, steps: bad }, 'bad.json'))).toBeNull();
  expect(lessons.getState().problem).toMatch(/^bad\.json: steps\[1\]\.settings: max_steps=0/);
  expect(lessons.getState().lessons).toHaveLength(1);
  expect(await lessons.choose(fileOf(lessonFile))).not.toBeNull();
  expect(lessons.getState()).toMatchObject({ problem: null, lessons: [{ author: 'Ms Example' }] });
});

test('damage among the kept lessons costs only the damaged ones, and a browser that keeps nothing still opens them', async () => {
  const storage = storageOf();
  storage.setItem('rollout.ownLessons', JSON.stringify(['{}', JSON.stringify(lessonFile)]));
  expect(createOwnLessons(() => storage, tasks).getState().lessons).toHaveLength(1);
  storage.setItem('rollout.ownLessons', '[');
  expect(createOwnLessons(() => storage, tasks).getState().lessons).toEqual([]);
  const refusing = createOwnLessons(() => {
    throw new Error('refused');
  }, tasks);
  expect(await refusing.choose(fileOf(lessonFile))).toMatch(/^json\./);
  expect(refusing.getState()).toMatchObject({ kept: false, lessons: [{ author: 'Ms Example' }] });
});
