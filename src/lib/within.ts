/**
 * @file Waits on the outside world that end: a browser, a disk or a network that never answers must not stop the page
 * without a word.
 */

/** What was waited for did not come in time; the message names it and says how long was waited. */
export class OverdueError extends Error {
  override readonly name = 'OverdueError';
  readonly code = 'overdue';
}

/** A limit in words. */
export const inSeconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

/**
 * Settles as `work` does, or rejects with an OverdueError that says `what` did not happen after `limit` milliseconds of
 * a monotonic clock. `late` takes a result that comes after that, to free what it holds; a failure that comes after
 * that is dropped.
 */
export function within<T>(
  limit: number,
  what: string,
  work: PromiseLike<T>,
  late: (result: T) => void = () => {},
): Promise<T> {
  return new Promise<T>((resolve, reject) => {
    let isOver = false;
    const timer = setTimeout(() => {
      isOver = true;
      reject(new OverdueError(`${what} within ${inSeconds(limit)}`));
    }, limit);
    work.then(
      (result) => {
        clearTimeout(timer);
        if (isOver) late(result);
        else resolve(result);
      },
      (cause: unknown) => {
        clearTimeout(timer);
        reject(cause);
      },
    );
  });
}
