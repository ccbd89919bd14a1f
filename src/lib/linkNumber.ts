/** @file A number as a link has it. */

/** NaN for what is none, an empty word included. −0 is 0: the two would be told apart where settings are compared. */
export const readNumber = (word: string | undefined): number => (word === undefined || word.trim() === '' ? Number.NaN : Number(word) + 0);
