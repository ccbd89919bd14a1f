/**
 * @file Time limits for waiting: a browser, disk or network that never answers must not stop the page silently.
 */

/** Awaited work did not finish in time; the message names it and the limit. */
export class OverdueError extends Error {
  override readonly name = 'OverdueError';
  readonly code = 'overdue';
}

const inSeconds = (milliseconds: number): string => `${milliseconds / 1000} s`;

/**
 * Settles as `work` does, or rejects with an OverdueError that says `what` did not happen after `limit` milliseconds of
 * a monotonic clock. A result that comes later is passed to `late`, to free it; a later failure is dropped.
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
