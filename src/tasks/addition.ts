/** @file The problems start + digits, shared by all addition tasks. */
import type { Random } from '../lib/random.ts';
import type { Difficulty } from './task.ts';

/** Even with five nines added the sum has two digits, so an answer's length reveals nothing. */
const usualStarts = [10, 54] as const;
/**
 * From this many additions on the sum has three digits, which no base was shown: with two-digit sums guesses often hit.
 */
const LARGE = 6;
const largeStarts = [80, 99] as const;
const SMALLEST_LARGE_SUM = 100;

export const additions: Difficulty = {
  label: 'Additions',
  unit: 'additions',
  min: 2,
  max: LARGE,
  default: 4,
  unseen: LARGE,
  summary:
    'How many digits are added to the starting number; with six of them it is a large one and the sum has three digits.',
};

export interface Addition {
  readonly start: number;
  readonly digits: readonly number[];
}

export const total = (digits: readonly number[]): number => digits.reduce((a, b) => a + b, 0);

/** First and last start allowed before these digits. */
function startsBefore(digits: readonly number[]): readonly [number, number] {
  if (digits.length < LARGE) return usualStarts;
  const [first, last] = largeStarts;
  return [Math.max(first, SMALLEST_LARGE_SUM - total(digits)), last];
}

/** Most digits of a number in the working and in the sum. */
export const digitsOf = (count: number): number => (count < LARGE ? 2 : 3);

export function drawAddition(random: Random, count: number): Addition {
  const drawDigits = (): number[] => Array.from({ length: count }, () => random.integer(1, 9));
  if (count >= LARGE) {
    const digits = drawDigits();
    return { start: random.integer(...startsBefore(digits)), digits };
  }
  const start = random.integer(...usualStarts);
  return { start, digits: drawDigits() };
}

/** The addition written `21+6+8`, or null for another text. */
export function readAddition(text: string): Addition | null {
  if (!/^[1-9][0-9](\+[1-9]){2,6}$/.test(text)) return null;
  const [start = 0, ...digits] = text.split('+').map(Number);
  const [first, last] = startsBefore(digits);
  return start >= first && start <= last ? { start, digits } : null;
}

export const writeAddition = ({ start, digits }: Addition): string => [start, ...digits].join('+');

/** The start stays first; permuted digits make the same problem. */
export const canonicalAddition = ({ start, digits }: Addition): string =>
  `${start}:${digits.toSorted((a, b) => a - b).join('+')}`;

/** The sum after each addition. */
export function runningSums({ start, digits }: Addition): number[] {
  let sum = start;
  return digits.map((digit) => (sum += digit));
}
