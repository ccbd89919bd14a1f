/** @file The algorithms that a bench can give a group to. */
import { withAlgorithm } from '../../rl/algorithm/configured.ts';
import { type ChoiceName, choices } from '../../rl/config/choices.ts';
import type { TrainConfig } from '../../rl/config/config.ts';
import { algorithms } from '../../rl/papers/index.ts';

export const MOST_COLUMNS = 6;

/** Algorithms that the bench opens with, after the run's own. */
const usualColumns = ['grpo', 'drGrpo', 'rloo', 'dapo', 'gspo'] as const;

/** An algorithm to put into a column. */
export interface BenchChoice {
  /** Id of an algorithm as in its paper, or one of `ownChoices`. */
  readonly choice: string;
  readonly config: TrainConfig;
}

/** The run's algorithm with its parts, and the objective in the editor. */
export const ownChoices = { run: 'own.run', objective: 'own.objective' } as const;

/** Parts of an algorithm that a run may replace. */
const parts: readonly ChoiceName[] = [
  'advantage',
  'aggregation',
  'maskedCompletions',
  'zeroStdGroups',
  'klEstimator',
  'klPlacement',
  'klBiasCorrection',
  'importanceCorrection',
  'offPolicyMask',
];

/** All choices: the run's own algorithm, the user's objective if it is another, and every algorithm as in its paper. */
export function choicesOf(config: TrainConfig, objective: string): readonly BenchChoice[] {
  const isOther = objective !== '' && objective !== config.objectiveText;
  return [
    { choice: ownChoices.run, config },
    ...(isOther ? [{ choice: ownChoices.objective, config: { ...config, objectiveText: objective } }] : []),
    ...algorithms.map(({ id }) => ({
      choice: id,
      config: {
        ...withAlgorithm(config, id),
        objectiveText: '',
        ...Object.fromEntries(parts.map((part) => [part, choices[part].default])),
      },
    })),
  ];
}

/** Choices of the first columns: the user's own, then the usual ones that are no repetition of the run. */
export function firstChoices(all: readonly BenchChoice[]): readonly BenchChoice[] {
  const own = all.filter(({ choice }) => !algorithms.some(({ id }) => id === choice));
  const run = JSON.stringify(own[0]?.config);
  const usual = usualColumns.flatMap((id) => all.filter(({ choice }) => choice === id));
  return [...own, ...usual.filter(({ config }) => JSON.stringify(config) !== run)].slice(0, MOST_COLUMNS);
}
