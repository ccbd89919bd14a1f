/** @file Assertions with messages for people. */

/** Thrown when a caller passes a value that breaks a stated rule; the message names the field. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

/** Throws a UsageError with `message` unless `condition` holds. */
export function assert(condition: unknown, message: string): asserts condition {
  if (!condition) throw new UsageError(message);
}

/** The value, or a UsageError that names `what` is missing. */
export function present<T>(value: T | null | undefined, what: string): T {
  if (value === null || value === undefined) throw new UsageError(`${what} is missing`);
  return value;
}
