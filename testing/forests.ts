/** @file Rows of a forest, read back from its leaves. */
import type { ForestLeaves } from '../src/policy/forest.ts';

/** The prefix of a state: the tokens of the states that see it, by depth. */
export const prefixOf = ({ tokenIds, ends }: ForestLeaves, state: number): number[] =>
  [...tokenIds.keys()].filter((j) => j <= state && state < (ends[j] as number)).map((j) => tokenIds[j] as number);

/** The tokens of a choice's row up to and including that choice. */
export function tokensUpTo(leaves: ForestLeaves, choice: number): number[] {
  const edge = leaves.choices[choice] as number;
  return [...prefixOf(leaves, leaves.sources[edge] as number), leaves.targets[edge] as number];
}
