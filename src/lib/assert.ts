/** @file Failing early, in words. */

/** Thrown when a value handed in by a caller breaks a stated rule; the message names the field. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Throws a UsageError with `message` unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new UsageError(message);
}

/** The value, or a UsageError that says what was missing. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new UsageError(`${what} is missing`);
  return value;
}
