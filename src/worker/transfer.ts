/** @file Which memory a message gives away instead of copying it. */

/** Whole buffers of the typed arrays in plain data; a view of a part stays, since others may look at the rest. */
export function ownedBuffers(value: unknown, found: Set<ArrayBuffer> = new Set()): Set<ArrayBuffer> {
  if (typeof value !== 'object' || value === null) return found;
  if (ArrayBuffer.isView(value)) {
    if (value.buffer instanceof ArrayBuffer && value.byteLength === value.buffer.byteLength) found.add(value.buffer);
  } else {
    for (const member of Object.values(value)) ownedBuffers(member, found);
  }
  return found;
}
