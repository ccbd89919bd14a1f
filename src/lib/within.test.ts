import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { OverdueError, within } from './within.ts';

beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

/** How a promise fails; null where it does not. */
const failureOf = (work: Promise<unknown>): Promise<unknown> =>
  work.then(
    () => null,
    (cause: unknown) => cause,
  );

const after = <T>(milliseconds: number, result: T) =>
  new Promise<T>((resolve) => void setTimeout(() => resolve(result), milliseconds));

test('an answer in time is the answer, and no timer stays behind', async () => {
  const late = vi.fn<(result: unknown) => void>();
  const waited = within(100, 'the adapter did not answer', after(99, 7), late);
  await vi.advanceTimersByTimeAsync(99);
  expect(await waited).toBe(7);
  expect(vi.getTimerCount()).toBe(0);
  expect(late).not.toHaveBeenCalled();
});

test('no answer is an error that says what did not happen, and for how long', async () => {
  const heard = vi.fn<(failure: unknown) => void>();
  void failureOf(within(10_000, 'the adapter did not answer', new Promise(() => {}))).then(heard);
  await vi.advanceTimersByTimeAsync(9_999);
  expect(heard).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(1);
  expect(heard.mock.calls).toEqual([[new OverdueError('the adapter did not answer within 10 s')]]);
});

test('an answer that comes too late is handed over to be freed, once', async () => {
  const late = vi.fn<(result: unknown) => void>();
  const failed = failureOf(within(100, 'no device', after(150, 'device'), late));
  await vi.advanceTimersByTimeAsync(100);
  expect(await failed).toBeInstanceOf(OverdueError);
  expect(late).not.toHaveBeenCalled();
  await vi.advanceTimersByTimeAsync(50);
  expect(late.mock.calls).toEqual([['device']]);
});

test('a failure in time is the failure; one that comes too late is nobody’s', async () => {
  const failing = (milliseconds: number) =>
    after(milliseconds, null).then(() => Promise.reject(new TypeError('refused')));
  const [soon, late] = [50, 150].map((milliseconds) => failureOf(within(100, 'x', failing(milliseconds))));
  await vi.advanceTimersByTimeAsync(200);
  expect(await soon).toEqual(new TypeError('refused'));
  expect(await late).toBeInstanceOf(OverdueError);
});
