/** @file Loading of code on demand, with errors in words. */
import { partWords, type PartId } from './partWords.ts';

/** Code of the page did not load; the message names the part and says what to do. */
export class NotLoadedError extends Error {
  override readonly name = 'NotLoadedError';
}

/**
 * The result of `load`, which imports code of the part; throws NotLoadedError. Another call tries the network again.
 */
export async function loadCode<T>(part: PartId, load: () => Promise<T>): Promise<T> {
  try {
    return await load();
  } catch (cause) {
    throw new NotLoadedError(`${partWords.notLoaded(part)}; ${partWords.retryHint}`, { cause });
  }
}
