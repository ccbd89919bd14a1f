/** @file What may stand beside other elements. */
import type { ReactElement } from 'react';

/**
 * Children without bare text. A translator replaces text nodes; React could then neither move nor remove one that
 * stands beside other elements.
 */
export type Elements = ReactElement | boolean | null | undefined | readonly Elements[];
