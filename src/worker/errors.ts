/** @file Errors as data and back: name, code, message and the chain of causes cross between threads. */
import type { ErrorData } from './protocol.ts';

/** Depth at which the chain of causes is cut; it may be cyclic. */
const DEEPEST_CAUSE = 8;

/** An error of another thread, with its original name and code. */
export class RemoteError extends Error {
  readonly code: string | undefined;
  constructor({ name, message, code, cause }: ErrorData) {
    super(message, cause === undefined ? undefined : { cause: new RemoteError(cause) });
    this.name = name;
    this.code = code;
  }
}

/** Any thrown value, as data. */
export function errorData(thrown: unknown, depth = 0): ErrorData {
  if (!(thrown instanceof Error)) return { name: 'Error', message: String(thrown) };
  const { name, message, cause } = thrown;
  const code = 'code' in thrown && typeof thrown.code === 'string' ? { code: thrown.code } : {};
  const causeData = cause !== undefined && depth < DEEPEST_CAUSE ? { cause: errorData(cause, depth + 1) } : {};
  return { name, message, ...code, ...causeData };
}
