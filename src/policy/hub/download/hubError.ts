/** @file Why a model could not be read from the hub. */

/** Codes are stable. */
export type HubTrouble =
  /** The id or the revision is malformed. */
  | 'malformed'
  | 'missing'
  /** The model's owner lets only those in who accepted the terms. */
  | 'gated'
  /** 429. */
  | 'busy'
  /** Any other status. */
  | 'refused'
  /** No connection, or one that broke off as often as it was tried. */
  | 'unreachable'
  | 'silent'
  /** The server ignores ranges. */
  | 'no-ranges'
  /** The file differs from an earlier answer. */
  | 'changed'
  /** Length or SHA-256 differ from those that the hub states. */
  | 'damaged'
  | 'stopped'
  /** The browser's storage is full, or too small for the model. */
  | 'full'
  /** The storage cannot be read or written. */
  | 'storage';

/** The message names model, file and range. */
export class HubError extends Error {
  override readonly name = 'HubError';
  constructor(
    readonly code: HubTrouble,
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}
