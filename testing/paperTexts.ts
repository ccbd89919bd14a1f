/** @file The papers as texts to start from, by id: those whose whole loss a text can say. */
import { startingText } from '../src/rl/formula/paper.ts';
import { algorithms } from '../src/rl/papers/index.ts';

export const paperTexts: ReadonlyMap<string, string> = new Map(
  algorithms.filter(({ selection }) => !selection).map((paper) => [paper.id, startingText(paper)]),
);
