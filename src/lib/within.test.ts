import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OverdueError, within } from './within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** The rejection of a promise; null if it resolves. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (cause: unknown) => cause,
  );

const after = <T>(milliseconds: number, result: T) =>
  new Promise<T>((resolve) => void setTimeout(() => resolve(result), milliseconds));

test('work done in time gives its result and leaves no timer', async () => {
  const late = vi.fn<(result: unknown) => void>();
  const waited = within(100, 'the adapter did not answer', after(99, 7), late);
  await vi.advanceTimersByTimeAsync(99);
  expect(await waited).toBe(7);
  expect(vi.getTimerCount()).toBe(0);
  expect(late).not.toHaveBeenCalled();
});

test('work without an answer rejects with an error that names it and the limit', async () => {
  const heard = vi.fn<(failure: unknown) => void>();
  void failureOf(within(10_000, 'the adapter did not answer', new Promise(() => {}))).then(heard);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(heard).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(heard.mock.calls).toEqual([[new OverdueError('the adapter did not answer within 10 s')]]);
});

test('a result that comes too late is passed to `late` once, to be freed', async () => {
  const late = vi.fn<(result: unknown) => void>();
  const failed = failureOf(within(100, 'no device', after(150, 'device'), late));
  await vi.advanceTimersByTimeAsync(100);
  expect(await failed).toBeInstanceOf(OverdueError);
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(50);
  expect(late.mock.calls).toEqual([['device']]);
});

test('a failure in time is passed on; one that comes too late is dropped', async () => {
  const failing = (milliseconds: number) =>
    after(milliseconds, null).then(() => Promise.reject(new TypeError('refused')));
  const [soon, late] = [50, 150].map((milliseconds) => failureOf(within(100, 'x', failing(milliseconds))));
  await vi.advanceTimersByTimeAsync(200);
  expect(await soon).toEqual(new TypeError('refused'));
  expect(await late).toBeInstanceOf(OverdueError);
});
