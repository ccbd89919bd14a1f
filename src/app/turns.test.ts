import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { createTurns } from './turns.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** Turns whose work records when it begins. */
function noted() {
  const turns = createTurns(100);
  const begun: string[] = [];
  const ends = new Map<string, () => void>();
  const take = (name: string) =>
    turns.take((done) => {
      begun.push(name);
      ends.set(name, done);
    });
  return { begun, take, end: (name: string) => ends.get(name)?.() };
}

test('the first begins at once, each other when the one before is done', () => {
  const { begun, take, end } = noted();
  for (const name of ['a', 'b', 'c']) take(name);
  expect(begun).toEqual(['a']);
  end('a');
  expect(begun).toEqual(['a', 'b']);
  end('b');
  end('c');
  take('d');
  expect(begun).toEqual(['a', 'b', 'c', 'd']);
});

test('an item that is never done delays the others only by the patience; its late call is ignored', () => {
  const { begun, take, end } = noted();
  for (const name of ['a', 'b', 'c']) take(name);
  vi.advanceTimersByTime(99);
  expect(begun).toEqual(['a']);
  vi.advanceTimersByTime(1);
  expect(begun).toEqual(['a', 'b']);
  end('a');
  expect(begun).toEqual(['a', 'b']);
});

test('an item that is done while it begins frees its turn at once', () => {
  const turns = createTurns(100);
  const begun: number[] = [];
  for (const n of [1, 2, 3]) {
    turns.take((done) => {
      begun.push(n);
      done();
    });
  }
  expect(begun).toEqual([1, 2, 3]);
  expect(vi.getTimerCount()).toBe(0);
});
