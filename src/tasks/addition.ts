/** @file The problems start + digits, posed alike by every task that adds. */
import type { Random } from '../lib/random.ts';
import type { Difficulty } from './task.ts';

const SMALLEST_START = 10;
/** With five nines added the sum still has two digits, so that an answer's length gives nothing away. */
const LARGEST_START = 54;

export const additions: Difficulty = {
  label: 'Additions',
  unit: 'additions',
  min: 2,
  max: 5,
  default: 4,
  unseen: 5,
  summary: 'How many digits are added to the starting number.',
};

export interface Addition {
  readonly start: number;
  readonly digits: readonly number[];
}

export function drawAddition(random: Random, count: number): Addition {
  const start = random.integer(SMALLEST_START, LARGEST_START);
  return { start, digits: Array.from({ length: count }, () => random.integer(1, 9)) };
}

/** The addition written `21+6+8`, or null where the text is none. */
export function readAddition(text: string): Addition | null {
  if (!/^[1-9][0-9](\+[1-9]){2,5}$/.test(text)) return null;
  const [start = 0, ...digits] = text.split('+').map(Number);
  return start <= LARGEST_START ? { start, digits } : null;
}

export const writeAddition = ({ start, digits }: Addition): string => [start, ...digits].join('+');

/** The start stays first; digits in another order make the same problem. */
export const canonicalAddition = ({ start, digits }: Addition): string => `${start}:${digits.toSorted((a, b) => a - b).join('+')}`;

/** The sums after each addition. */
export function runningSums({ start, digits }: Addition): number[] {
  let sum = start;
  return digits.map((digit) => (sum += digit));
}
