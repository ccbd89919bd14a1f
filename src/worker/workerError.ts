/** @file The error of a connection between threads; apart from the messages, whose schema the first script does not need. */

export type WorkerErrorCode = 'worker-died' | 'worker-refused' | 'sandbox-failed' | 'protocol' | 'not-sendable';

/** Failures of the connection, as opposed to failures inside the called method. */
export class WorkerError extends Error {
  override readonly name = 'WorkerError';
  constructor(
    readonly code: WorkerErrorCode,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
