/** @file The problems start + digits, posed alike by every task that adds. */
import type { Random } from '../lib/random.ts';
import type { Difficulty } from './task.ts';

/** With five nines added the sum still has two digits, so that an answer's length gives nothing away. */
const usualStarts = [10, 54] as const;
/** So many additions have a sum of three digits, which no base has written: with two of them, guesses often hit. */
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

/** First and last start that may stand before these digits. */
function startsBefore(digits: readonly number[]): readonly [number, number] {
  if (digits.length < LARGE) return usualStarts;
  const [first, last] = largeStarts;
  return [Math.max(first, SMALLEST_LARGE_SUM - total(digits)), last];
}

/** Digits that a number may have in the working and in the sum. */
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

/** The addition written `21+6+8`, or null where the text is none. */
export function readAddition(text: string): Addition | null {
  if (!/^[1-9][0-9](\+[1-9]){2,6}$/.test(text)) return null;
  const [start = 0, ...digits] = text.split('+').map(Number);
  const [first, last] = startsBefore(digits);
  return start >= first && start <= last ? { start, digits } : null;
}

export const writeAddition = ({ start, digits }: Addition): string => [start, ...digits].join('+');

/** The start stays first; digits in another order make the same problem. */
export const canonicalAddition = ({ start, digits }: Addition): string =>
  `${start}:${digits.toSorted((a, b) => a - b).join('+')}`;

/** The sums after each addition. */
export function runningSums({ start, digits }: Addition): number[] {
  let sum = start;
  return digits.map((digit) => (sum += digit));
}
