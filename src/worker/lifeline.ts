/**
 * @file Whether a browser's worker is still there: it holds a lock for as long as it lives, and whoever waits for that lock learns of its end,
 * also where the browser kills it without an event (Web Locks API, W3C). Pages that are not secure have no locks and rely on events.
 */

/** A name that no other worker of this site has; an insecure page has no `randomUUID`. */
export function lifelineName(): string {
  return `rollout-${Array.from(crypto.getRandomValues(new Uint32Array(4)), (word) => word.toString(16).padStart(8, '0')).join('')}`;
}

/** In the worker: holds the lock until the worker ends. Resolves when it is held, or cannot be. */
export function holdLifeline(name: string, locks: LockManager | null = navigator.locks ?? null): Promise<void> {
  return new Promise((resolve) => {
    const held = () => {
      resolve();
      return new Promise<never>(() => {});
    };
    if (locks) locks.request(name, held).catch(() => resolve());
    else resolve();
  });
}

/** Outside: resolves when the worker that holds the lock has ended, `signal` was aborted, or never where nobody holds it. */
export async function lifelineEnd(name: string, signal: AbortSignal, locks: LockManager | null = navigator.locks ?? null): Promise<void> {
  let isHeld = false;
  try {
    isHeld = (await locks?.query())?.held?.some((lock) => lock.name === name) ?? false;
  } catch {
    // A frame with an opaque origin has the lock manager and may not use it.
  }
  if (!locks || !isHeld) return new Promise(() => {});
  await locks.request(name, { signal }, () => {}).catch(() => {});
}
