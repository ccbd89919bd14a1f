/** @file The checker that fits the answers of a file, for a user who named none. */
import { checkerOf } from '../checkers.ts';
import type { Checker } from './checker.ts';
import type { OwnRow } from './row.ts';

/** The strictest checker but `exact` that every answer suits: a number, then a letter; else `exact`. */
export function guessedChecker(rows: readonly OwnRow[]): Checker {
  const fitting = ['number', 'choice']
    .map(checkerOf)
    .find((checker) => rows.every((row) => checker.problem(row) === null));
  return fitting ?? checkerOf('exact');
}
