/**
 * @file Budgets that end a run before its last step: the quantity that arms of a comparison share, if it is not the
 * number of updates.
 */
import type { StageEnd } from '../src/rl/run/stages.ts';
import { type FlagValues, optionalNumber } from './flags.ts';

export interface Budget {
  /** Tokens of prompts and completions, all steps together. */
  readonly tokens?: number;
  /** Seconds of training, evaluations left out. */
  readonly seconds?: number;
  /** Held-out accuracy, sampled. */
  readonly accuracy?: number;
  /** Expected reward of a task with listed outcomes, computed exactly. */
  readonly reward?: number;
}

/** Why the run ended. */
export type Ending = StageEnd | keyof Budget | 'known' | 'interrupt';

/** Steps between two checks of the held-out accuracy. */
const LOOK_EVERY = 5;

/** The figures of an evaluation that may end a run. */
export interface Standing {
  readonly accuracy: number;
  /** Absent for a task without listed outcomes. */
  readonly reward?: number;
}

/** Consumption of a run so far. */
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
  stopReward: {
    ...optionalNumber(
      `Ends the run once the exact expected reward, looked at every ${LOOK_EVERY} steps, is so high; for a task with listed outcomes.`,
      'none',
    ),
    name: 'stop_reward',
  },
};

/** The requested budget, if any. */
export function budgetOf({
  stopTokens: tokens,
  stopSeconds: seconds,
  stopAccuracy: accuracy,
  stopReward: reward,
}: FlagValues<typeof budgetFlags>): Budget {
  return {
    ...(tokens === undefined ? {} : { tokens }),
    ...(seconds === undefined ? {} : { seconds }),
    ...(accuracy === undefined ? {} : { accuracy }),
    ...(reward === undefined ? {} : { reward }),
  };
}

/** The budget as flags of `train`. */
export const budgetArguments = (budget: Budget): string[] =>
  Object.entries(budget).flatMap(([kind, amount]) => [`--stop_${kind}`, String(amount)]);

/** The part of the budget that a step exhausted, or null; `look` is called only at the steps where it is checked. */
export async function exhausted(
  budget: Budget,
  spent: Spent,
  look: () => Promise<Standing>,
): Promise<keyof Budget | null> {
  if (budget.tokens !== undefined && spent.tokens >= budget.tokens) return 'tokens';
  if (budget.seconds !== undefined && spent.seconds >= budget.seconds) return 'seconds';
  if ((budget.accuracy ?? budget.reward) === undefined || spent.steps % LOOK_EVERY !== 0) return null;
  const { accuracy, reward = -Infinity } = await look();
  if (budget.accuracy !== undefined && accuracy >= budget.accuracy) return 'accuracy';
  return budget.reward !== undefined && reward >= budget.reward ? 'reward' : null;
}
