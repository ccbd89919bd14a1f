/** @file Code that is loaded when it is needed: where it does not arrive, that is said in words. */
import { partWords, type PartId } from './partWords.ts';

/** A file of the page did not arrive; the message names the part and says what to do. */
export class NotLoadedError extends Error {
  override readonly name = 'NotLoadedError';
}

/**
 * The result of `load`, which imports code of the part; throws NotLoadedError. Calling it again asks the network again.
 */
export async function loadCode<T>(part: PartId, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new NotLoadedError(`${partWords.notLoaded(part)}; ${partWords.retryHint}`, { cause });
  }
}
