/** @file Names that no other run has, also where a page that is not secure has no `randomUUID`. */

/** 96 random bits in hexadecimal. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (word) => word.toString(16).padStart(8, '0')).join('');
}
