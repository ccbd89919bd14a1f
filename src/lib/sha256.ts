/** @file SHA-256 of bytes, by which files are named. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { breather } from './breather.ts';

/** In 64 hexadecimal digits. */
export const sha256Hex = (bytes: Uint8Array): string => bytesToHex(sha256(bytes));

/** Bytes hashed between two looks at the clock. */
const PIECE = 2 ** 20;

/** `sha256Hex` in slices of time. */
export async function sha256InSlices(bytes: Uint8Array): Promise<string> {
  const hash = sha256.create();
  const breathe = breather();
  for (let at = 0; at < bytes.length; at += PIECE) {
    hash.update(bytes.subarray(at, at + PIECE));
    await breathe();
  }
  return bytesToHex(hash.digest());
}
