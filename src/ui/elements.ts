/** @file The type of children without bare text. */
import type { ReactElement } from 'react';

/**
 * Children without bare text. A browser's translator replaces text nodes; React can then neither move nor remove one
 * that has sibling elements.
 */
export type Elements = ReactElement | boolean | null | undefined | readonly Elements[];
