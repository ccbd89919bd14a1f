/** @file Progress survives the browser’s storage; damage costs only the damaged parts. */
import { expect, test } from 'vitest';
import { lessonById } from './content/index.ts';
import { createProgressStore, fresh, readProgress, unanswered } from './progress.ts';

/** A `Storage` in memory. */
function memory(): Storage {
  const held = new Map<string, string>();
  return {
    get length() {
      return held.size;
    },
    clear: () => held.clear(),
    key: () => null,
    removeItem: (key) => void held.delete(key),
    getItem: (key) => held.get(key) ?? null,
    setItem: (key, value) => void held.set(key, value),
  };
}

test('progress survives a reload', () => {
  const storage = memory();
  const store = createProgressStore(() => storage);
  expect(store.of('leash')).toEqual(fresh);
  store.change('leash', { step: 2, predicted: { leash: 'optimum' }, readings: { leash: { gap: 0.9 } } });
  store.change('group', { step: 1 });
  expect(createProgressStore(() => storage).getState()).toEqual({ kept: true, progress: store.getState().progress });
  expect(createProgressStore(() => storage).of('leash')).toMatchObject({ step: 2, predicted: { leash: 'optimum' } });
});

test('damaged parts are left out, and invalid data is empty progress', () => {
  expect(
    readProgress('{"leash":{"step":"two"},"zebra":{},"group":{"step":1,"predicted":{},"runs":{},"readings":{}}}'),
  ).toEqual({ group: { ...fresh, step: 1 } });
  for (const damaged of [null, '', '[]', '{', 'null', '{"leash":{"step":-1,"predicted":{},"runs":{},"readings":{}}}'])
    expect(readProgress(damaged)).toEqual({});
});

test('a storage that refuses is reported, and the lesson continues', () => {
  const store = createProgressStore(() => {
    throw new Error('refused');
  });
  store.change('leash', { step: 1 });
  expect(store.getState().kept).toBe(false);
  expect(store.of('leash').step).toBe(1);
});

test('questions that were skipped stay open until each has an answer', () => {
  const lesson = lessonById('group');
  const readings = { pairs: { flat: 0.5 }, eights: { early: 0, late: 1 } };
  const end = { ...fresh, step: lesson.steps.length, ended: true };
  expect(unanswered(lesson, { ...fresh, step: 2 })).toEqual(['pairs']);
  expect(unanswered(lesson, end)).toEqual(['pairs', 'eights']);
  // Back at a question, those after it stay open.
  expect(unanswered(lesson, { ...end, step: 1, readings: { pairs: readings.pairs } })).toEqual(['eights']);
  expect(unanswered(lesson, { ...end, readings })).toEqual([]);
});

test('progress from before the end was recorded is read, and that of lesson files is kept', () => {
  const kept = '{"step":3,"predicted":{},"runs":{},"readings":{}}';
  expect(readProgress(`{"group":${kept},"own-0123456789abcdef":${kept},"own-1":${kept}}`)).toEqual({
    group: { ...fresh, step: 3 },
    'own-0123456789abcdef': { ...fresh, step: 3 },
  });
});
