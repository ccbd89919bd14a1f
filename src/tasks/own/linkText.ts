/** @file A small task file as one word of a link: base64url (RFC 4648). */
import { UsageError } from '../../lib/assert.ts';

/** Largest file that a link carries, in bytes: addresses of some 8 000 characters are passed on by chat and mail. */
const LARGEST_LINKED = 4_000;

/** The word for a task file's bytes; nothing if they are too many for a link. */
export function linkTextOf(bytes: Uint8Array): { readonly linkText?: string } {
  if (bytes.length > LARGEST_LINKED) return {};
  const text = btoa(String.fromCharCode(...bytes));
  return { linkText: text.replaceAll('+', '-').replaceAll('/', '_').replaceAll('=', '') };
}

/** The bytes of such a word. UsageError if it is none. */
export function linkedBytes(word: string): Uint8Array {
  try {
    return Uint8Array.from(atob(word.replaceAll('-', '+').replaceAll('_', '/')), (character) =>
      character.charCodeAt(0),
    );
  } catch (cause) {
    throw new UsageError('task_file: it is not whole', { cause });
  }
}
