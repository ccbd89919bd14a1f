/**
 * @file When a run ends before its last step: what arms are given in equal amounts where that is not the number of
 * updates.
 */
import { type FlagValues, optionalNumber } from './flags.ts';

export interface Budget {
  /** Tokens of prompts and completions, all steps together. */
  readonly tokens?: number;
  /** Seconds of training, evaluations left out. */
  readonly seconds?: number;
  /** Held-out accuracy, sampled. */
  readonly accuracy?: number;
}

/** Why a run ended. */
export type Ending = 'steps' | keyof Budget | 'interrupt';

/** Steps between two looks at the held-out accuracy. */
export const LOOK_EVERY = 5;

/** What a run has used up so far. */
export interface Spent {
  readonly steps: number;
  readonly tokens: number;
  readonly seconds: number;
}

/** `--stop_tokens` and the like. */
export const budgetFlags = {
  stopTokens: {
    ...optionalNumber('Ends the run after the step that brings its tokens to so many.', 'none', {
      min: 1,
      integer: true,
    }),
    name: 'stop_tokens',
  },
  stopSeconds: {
    ...optionalNumber('Ends the run after the step that brings its training to so many seconds.', 'none', {
      min: 0.001,
    }),
    name: 'stop_seconds',
  },
  stopAccuracy: {
    ...optionalNumber(
      `Ends the run once the held-out accuracy, looked at every ${LOOK_EVERY} steps, is so high.`,
      'none',
      { min: 0, max: 1 },
    ),
    name: 'stop_accuracy',
  },
};

/** The budget that was asked for, if any. */
export function budgetOf({
  stopTokens: tokens,
  stopSeconds: seconds,
  stopAccuracy: accuracy,
}: FlagValues<typeof budgetFlags>): Budget {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(accuracy === undefined ? {} : { accuracy }),
  };
}

/** The same as flags of `train`. */
export const budgetArguments = (budget: Budget): string[] =>
  Object.entries(budget).flatMap(([kind, amount]) => [`--stop_${kind}`, String(amount)]);

/** What of the budget is used up after a step, or null; `accuracy` is asked only at steps where it is looked at. */
export async function exhausted(
  budget: Budget,
  spent: Spent,
  accuracy: () => Promise<number>,
): Promise<keyof Budget | null> {
  if (budget.tokens !== undefined && spent.tokens >= budget.tokens) return 'tokens';
  if (budget.seconds !== undefined && spent.seconds >= budget.seconds) return 'seconds';
  if (budget.accuracy !== undefined && spent.steps % LOOK_EVERY === 0 && (await accuracy()) >= budget.accuracy)
    return 'accuracy';
  return null;
}
