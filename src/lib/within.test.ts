import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OverdueError, within } from './within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const after = <T>(milliseconds: number, result: T) => new Promise<T>((resolve) => void setTimeout(() => resolve(result), milliseconds));

test('an answer in time is the answer, and no timer stays behind', async () => {
  const late = vi.fn();
  const waited = within(100, 'the adapter did not answer', after(99, 7), late);
  await vi.advanceTimersByTimeAsync(99);
  expect(await waited).toBe(7);
  expect(vi.getTimerCount()).toBe(0);
  expect(late).not.toHaveBeenCalled();
});

test('no answer is an error that says what did not happen, and for how long', async () => {
  const waited = within(10_000, 'the adapter did not answer', new Promise(() => {}));
  const told = expect(waited).rejects.toThrow(new OverdueError('the adapter did not answer within 10 s'));
  await vi.advanceTimersByTimeAsync(9_999);
  await vi.advanceTimersByTimeAsync(1);
  await told;
});

test('an answer that comes too late is handed over to be freed, once', async () => {
  const late = vi.fn();
  const waited = within(100, 'no device', after(150, 'device'), late);
  const told = expect(waited).rejects.toBeInstanceOf(OverdueError);
  await vi.advanceTimersByTimeAsync(100);
  await told;
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(50);
  expect(late.mock.calls).toEqual([['device']]);
});

test('a failure in time is the failure; one that comes too late is nobody’s', async () => {
  const failing = (milliseconds: number) => after(milliseconds, null).then(() => Promise.reject(new TypeError('refused')));
  const soon = expect(within(100, 'x', failing(50))).rejects.toThrow(new TypeError('refused'));
  const late = expect(within(100, 'x', failing(150))).rejects.toBeInstanceOf(OverdueError);
  await vi.advanceTimersByTimeAsync(200);
  await Promise.all([soon, late]);
});
