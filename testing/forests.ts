/** @file Rows of a forest, read back from its leaves. */
import { present } from '../src/lib/assert.ts';

/** The leaves of a `Forest`, by name. */
type Leaves = Readonly<Record<string, ArrayLike<number>>>;

const numbersOf = (leaves: Leaves, name: string): number[] => Array.from(present(leaves[name], name));

/** The prefix of a state: the tokens of the states of its block that it sees, by depth. */
export function prefixOf(leaves: Leaves, state: number): number[] {
  const ends = numbersOf(leaves, 'ends');
  const { length: block } = numbersOf(leaves, 'slots');
  const start = state - (state % block);
  return numbersOf(leaves, 'tokenIds').filter(
    (_, j) => j >= start && j <= state && state - start < (ends[j] as number),
  );
}

/** The tokens of a choice's row up to and including that choice. */
export function tokensUpTo(leaves: Leaves, choice: number): number[] {
  const edge = numbersOf(leaves, 'choices')[choice] as number;
  const [source, target] = ['sources', 'targets'].map((name) => numbersOf(leaves, name)[edge] as number);
  return [...prefixOf(leaves, source as number), target as number];
}
