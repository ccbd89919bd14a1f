/**
 * @file Detects the end of a browser's worker: it holds a lock while it lives, and a thread that waits for that lock
 * learns of its end, even if the browser kills it without an event (Web Locks API, W3C). Insecure pages have no locks:
 * there the page's `silence.ts` judges by the time without messages.
 */
import { within } from '../lib/within.ts';

/** A name unique on this site; an insecure page has no `randomUUID`. */
export function lifelineName(): string {
  return `rollout-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join('')}`;
}

/** Milliseconds to wait for a lock that nobody else asks for; the worker also works without it. */
const LIMIT = 3_000;

/** In the worker: holds the lock until the worker ends. Resolves when it is held, or cannot be. */
export async function holdLifeline(name: string, locks: LockManager | null = navigator.locks ?? null): Promise<void> {
  if (!locks) return;
  const granted = new Promise<void>((resolve, reject) => {
    const held = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    locks.request(name, held).catch(reject);
  });
  await within(LIMIT, 'no lock', granted).catch(() => {});
}

/**
 * Outside: resolves when the worker that holds the lock has ended or `signal` was aborted. Neither resolves nor rejects
 * if nobody holds it, or if the browser refuses locks, as in a frame without storage (SecurityError).
 */
export async function lifelineEnd(
  name: string,
  signal: AbortSignal,
  locks: LockManager | null = navigator.locks ?? null,
): Promise<void> {
  let isHeld = false;
  try {
    isHeld = (await locks?.query())?.held?.some((lock) => lock.name === name) ?? false;
  } catch {
    // A frame with an opaque origin has a lock manager but may not use it.
  }
  if (!locks || !isHeld) return new Promise(() => {});
  await locks.request(name, { signal }, () => {}).catch(() => {});
}

/**
 * Whether the end of a worker can be detected here; false on plain http and if locks are refused. Resolves within
 * seconds.
 */
export async function hasLifelines(locks: LockManager | null = navigator.locks ?? null): Promise<boolean> {
  if (!locks) return false;
  return within(LIMIT, 'no answer', locks.query()).then(
    () => true,
    () => false,
  );
}
