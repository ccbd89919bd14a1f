/** @file The algorithms that a run or a stage can be given. */
import { families } from '../../rl/papers/index.ts';

export const algorithmChoices = families.flatMap(({ title: group, algorithms }) =>
  algorithms.map(({ id, title, summary }) => ({ id, title, summary, group })),
);
