/** @file Progress survives the browser’s storage; damage costs only the damaged parts. */
import { expect, test } from 'vitest';
import { createProgressStore, fresh, readProgress } from './progress.ts';

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
