/**
 * @file Whether a browser's worker is still there: it holds a lock for as long as it lives, and whoever waits for that
 * lock learns of its end, also where the browser kills it without an event (Web Locks API, W3C). Pages that are not
 * secure have no locks: there `silence.ts` of the page judges by how long nothing was heard.
 */
import { within } from '../lib/within.ts';

/** A name that no other worker of this site has; an insecure page has no `randomUUID`. */
export function lifelineName(): string {
  return `rollout-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join('')}`;
}

/** Milliseconds until a lock that nobody else asks for is granted; a worker without one works all the same. */
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
 * Outside: resolves when the worker that holds the lock has ended or `signal` was aborted. Never resolves or rejects
 * where nobody holds it, or where the browser refuses its locks, as it does in a frame without storage (SecurityError).
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
    // A frame with an opaque origin has the lock manager and may not use it.
  }
  if (!locks || !isHeld) return new Promise(() => {});
  await locks.request(name, { signal }, () => {}).catch(() => {});
}

/**
 * Whether the end of a worker is noticed here; false on plain http and where locks are refused. Resolves within
 * seconds.
 */
export async function hasLifelines(locks: LockManager | null = navigator.locks ?? null): Promise<boolean> {
  if (!locks) return false;
  return within(LIMIT, 'no answer', locks.query()).then(
    () => true,
    () => false,
  );
}
