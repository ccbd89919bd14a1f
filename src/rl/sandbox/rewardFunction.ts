/**
 * @file A reward function written by a user: what it is given, what it may use up, and what comes of a call. Plain
 * data, so that it crosses threads.
 */
import { z } from '../../lib/zod.ts';
import { UsageError } from '../../lib/assert.ts';

/** The one argument of `reward`, as the function sees it. */
export interface RewardInput {
  readonly prompt: string;
  readonly completion: string;
  /** The ground truth. */
  readonly answer: string;
  /** What the task's verifier says. */
  readonly correct: boolean;
  readonly wellFormed: boolean;
  readonly method: string | null;
  /** Tokens of the completion, the end token included. */
  readonly length: number;
  /** The step of training, counted from 0. */
  readonly step: number;
}

/**
 * Why a call gave no reward: the text cannot be read; it threw; it used up its instructions or its time; its memory;
 * its stack; or it gave back something that is no reward.
 */
const failureKinds = ['syntax', 'throws', 'timeout', 'memory', 'stack', 'result'] as const;
export type FailureKind = (typeof failureKinds)[number];

const failureSchema = z.strictObject({
  kind: z.enum(failureKinds),
  /** In the user's text, from 1; null where it cannot be told. */
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

/** What a call gave. */
export type RewardOutcome = z.infer<typeof rewardOutcomeSchema>;

/** Calls reward functions where they can reach nothing and break nothing. */
export interface RewardSandbox {
  /**
   * One outcome an input, in order; `source` defines `function reward(input)`. Rejects only where the sandbox itself
   * cannot run, never for anything that the source does. `onOutcome` hears each as soon as it is there.
   */
  score(
    source: string,
    inputs: readonly RewardInput[],
    onOutcome?: (outcome: RewardOutcome) => void,
  ): Promise<readonly RewardOutcome[]>;
  dispose(): void;
}

/** Stands where there is none. */
export const noSandbox: RewardSandbox = {
  score: () => Promise.reject(new UsageError('own reward terms: there is no sandbox here to run them in')),
  dispose: () => {},
};

/**
 * What a call may use up. Steps are counted, so that a run stays a function of its configuration and seed; the clock
 * only stops what counting does not see, far beyond what a call needs.
 */
export const sandboxLimits = {
  /** Turns of loops and calls of functions in one call, and in all calls of one batch. */
  callSteps: 1_000_000,
  batchSteps: 20_000_000,
  callMilliseconds: 2_000,
  batchMilliseconds: 10_000,
  memoryBytes: 16 * 2 ** 20,
  /**
   * QuickJS's own measure; deep enough for some 700 nested calls, and shallow enough for the stacks of browsers'
   * workers.
   */
  stackBytes: 128 * 2 ** 10,
  /** Rewards lie within ±this. */
  largestReward: 1_000_000,
  /** Characters of a source. */
  sourceLength: 8_000,
} as const;

export type SandboxLimits = { readonly [K in keyof typeof sandboxLimits]: number };

/** A failure in one line, as a person reads it. */
export function failureSentence({ line, message }: RewardFailure): string {
  return line === null ? message : `line ${line}: ${message}`;
}
