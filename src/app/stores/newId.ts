/** @file Unique ids of runs. `crypto.randomUUID` is missing on pages without HTTPS. */

/** 96 random bits in hexadecimal. */
export function newId(): string {
  return Array.from(crypto.getRandomValues(new Uint32Array(3)), (word) => word.toString(16).padStart(8, '0')).join('');
}
