/** @file Finds the memory that a message transfers instead of copying. */

/**
 * The buffers of typed arrays that span them, in plain data; the buffer of a partial view stays, since it may be
 * shared.
 */
export function ownedBuffers(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (typeof value !== 'object' || value === null) return found;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else {
    for (const member of Object.values(value)) ownedBuffers(member, found);
  }
  return found;
}
