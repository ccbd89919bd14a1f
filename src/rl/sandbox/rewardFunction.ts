/**
 * @file A reward function written by a user: its input, its limits and its outcome. Plain data, so that it crosses
 * threads.
 */
import { z } from '../../lib/zod.ts';
import { UsageError } from '../../lib/assert.ts';

/** The one argument of `reward`, as the function sees it. */
export interface RewardInput {
  readonly prompt: string;
  readonly completion: string;
  /** The ground truth. */
  readonly answer: string;
  /** Verdict of the task's verifier, with `wellFormed` and `method`. */
  readonly correct: boolean;
  readonly wellFormed: boolean;
  readonly method: string | null;
  /** Tokens of the completion, the end token included. */
  readonly length: number;
  /** The step of training, counted from 0. */
  readonly step: number;
}

/** The one argument of the function that wraps a checker of a data file: its two arguments. */
export interface CheckInput {
  readonly completion: string;
  /** The columns of the row, and its answer. */
  readonly row: Readonly<Record<string, unknown>>;
}

/** What enters the sandbox, as JSON. */
export type SandboxInput = RewardInput | CheckInput;

/**
 * Why a call gave no reward: a syntax error; an exception; the limit of steps or time; of memory; of the stack; or a
 * result that is not a number within the range.
 */
const failureKinds = ['syntax', 'throws', 'timeout', 'memory', 'stack', 'result'] as const;
export type FailureKind = (typeof failureKinds)[number];

const failureSchema = z.strictObject({
  kind: z.enum(failureKinds),
  /** In the user's text, from 1; null where unknown. */
  line: z.number().nullable(),
  column: z.number().nullable(),
  /** One sentence. */
  message: z.string(),
});
export type RewardFailure = z.infer<typeof failureSchema>;

export const rewardOutcomeSchema = z.union([
  z.strictObject({ reward: z.number() }),
  z.strictObject({ failure: failureSchema }),
]);

/** The reward of a call, or its failure. */
export type RewardOutcome = z.infer<typeof rewardOutcomeSchema>;

/** Runs reward functions isolated from the page. */
export interface RewardSandbox {
  /**
   * One outcome per input, in order; `source` defines `function reward(input)`. Rejects only if the sandbox itself
   * cannot run, never because of `source`. `onOutcome` is called with each outcome as soon as it is known.
   */
  score(
    source: string,
    inputs: readonly SandboxInput[],
    onOutcome?: (outcome: RewardOutcome) => void,
  ): Promise<readonly RewardOutcome[]>;
  /**
   * Reads a Parquet file where it cannot hold the caller: a damaged one can send its reader into a loop without end.
   * UsageError if it cannot be read, or not in time.
   */
  tryParquet(bytes: Uint8Array): Promise<void>;
  dispose(): void;
}

/** For places without a sandbox: every call rejects with a UsageError. */
export const noSandbox: RewardSandbox = {
  score: () => Promise.reject(new UsageError('own reward terms: there is no sandbox here to run them in')),
  tryParquet: () => Promise.reject(new UsageError('Parquet: there is no sandbox here to read it in')),
  dispose: () => {},
};

/**
 * Limits of a call and of a batch. Steps are counted, so that a run stays a function of its configuration and seed; the
 * clock limits are far higher and stop only code that the step count does not see.
 */
export const sandboxLimits = {
  /** Loop iterations and function calls in one call, and in all calls of one batch. */
  callSteps: 1_000_000,
  batchSteps: 20_000_000,
  callMilliseconds: 2_000,
  batchMilliseconds: 10_000,
  memoryBytes: 16 * 2 ** 20,
  /** As QuickJS counts; enough for some 700 nested calls, and below the stack of a browser's worker. */
  stackBytes: 128 * 2 ** 10,
  /** Rewards lie within ±this. */
  largestReward: 1_000_000,
  /** Characters of a source. */
  sourceLength: 8_000,
} as const;

export type SandboxLimits = { readonly [K in keyof typeof sandboxLimits]: number };

/** A failure as one line for people. */
export function failureSentence({ line, message }: RewardFailure): string {
  return line === null ? message : `line ${line}: ${message}`;
}
