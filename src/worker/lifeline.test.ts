import { afterEach, expect, test, vi } from 'vitest';
import { hasLifelines, holdLifeline, lifelineEnd, lifelineName } from './lifeline.ts';

/** Exclusive locks of the Web Locks API, as far as lifelines use them; `kill` releases the locks of a dead worker. */
function lockManager() {
  const held = new Map<string, (() => void)[]>();
  const request = async (
    name: string,
    options: LockOptions | LockGrantedCallback<unknown>,
    granted?: LockGrantedCallback<unknown>,
  ) => {
    const [callback, signal] = typeof options === 'function' ? [options, undefined] : [granted, options.signal];
    const waiting = held.get(name);
    if (waiting) {
      await new Promise<void>((resolve, reject) => {
        waiting.push(resolve);
        signal?.addEventListener('abort', () => reject(signal.reason));
      });
    } else {
      held.set(name, []);
    }
    return callback?.(null);
  };
  const locks: LockManager = {
    request,
    query: async () => ({ held: [...held.keys()].map((name) => ({ name })), pending: [] }),
  };
  return { locks, kill: (name: string) => held.get(name)?.shift()?.() };
}

afterEach(() => void vi.useRealTimers());

const soon = (promise: Promise<void>) =>
  Promise.race([promise.then(() => 'ended'), new Promise((resolve) => setTimeout(() => resolve('alive'), 30))]);

test('lifelineEnd resolves when the holder ends, and not before', async () => {
  const { locks, kill } = lockManager();
  const name = lifelineName();
  await holdLifeline(name, locks);
  const end = lifelineEnd(name, new AbortController().signal, locks);
  expect(await soon(end)).toBe('alive');
  kill(name);
  expect(await soon(end)).toBe('ended');
});

test('locks refused by name, as in a frame with an opaque origin, give no lifeline and no error', async () => {
  const refuse = () =>
    Promise.reject(new DOMException('Access to the Locks API is denied in this context.', 'SecurityError'));
  const locks: LockManager = { request: refuse, query: refuse };
  await holdLifeline('x', locks);
  expect(await soon(lifelineEnd('x', new AbortController().signal, locks))).toBe('alive');
});

test('lifelineEnd does not resolve for a lifeline without a holder', async () => {
  const { locks } = lockManager();
  expect(await soon(lifelineEnd('other', new AbortController().signal, locks))).toBe('alive');
});

test('lifelineEnd stops waiting when aborted', async () => {
  const { locks } = lockManager();
  const stop = new AbortController();
  await holdLifeline('a', locks);
  const end = lifelineEnd('a', stop.signal, locks);
  await Promise.resolve();
  stop.abort();
  expect(await soon(end)).toBe('ended');
});

test('without the locks API nothing waits and nothing throws', async () => {
  await holdLifeline('a', null);
  expect(await soon(lifelineEnd('a', new AbortController().signal, null))).toBe('alive');
});

test('with refused locks, as in a frame without storage, the worker starts and nothing is reported or thrown', async () => {
  const refuse = () =>
    Promise.reject(new DOMException('Access to the Locks API is denied in this context.', 'SecurityError'));
  const refused: LockManager = { request: refuse, query: refuse };
  await holdLifeline('a', refused);
  expect(await soon(lifelineEnd('a', new AbortController().signal, refused))).toBe('alive');
  expect(await hasLifelines(refused)).toBe(false);
  expect(await hasLifelines(null)).toBe(false);
  expect(await hasLifelines(lockManager().locks)).toBe(true);
});

test('locks that never answer delay a worker by three seconds at most', async () => {
  vi.useFakeTimers();
  const silent: LockManager = { request: () => new Promise(() => {}), query: () => new Promise(() => {}) };
  const [started, known] = [holdLifeline('a', silent), hasLifelines(silent)];
  await vi.advanceTimersByTimeAsync(3_000);
  await started;
  expect(await known).toBe(false);
});

test('lifeline names are unique', () => {
  expect(new Set(Array.from({ length: 100 }, lifelineName)).size).toBe(100);
});
