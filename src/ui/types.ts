/** @file The plain shapes that components are given; the trainer's reports fit them without conversion. */

/** One number a person may turn. */
export interface Field {
  readonly id: string;
  readonly label: string;
  readonly unit: string;
  readonly min: number;
  readonly max: number;
  readonly step: number;
  readonly default: number;
  readonly scale: 'linear' | 'log';
  readonly integer: boolean;
  readonly applies: 'next step' | 'restart';
  readonly summary: string;
}

export type RunStatus = 'empty' | 'loading' | 'ready' | 'running' | 'pausing' | 'paused' | 'finished' | 'failed';

/** One sampled completion; the per-token lists are in nats and as long as `tokens`. */
export interface CompletionView {
  readonly text: string;
  readonly tokens: readonly string[];
  readonly reward: number;
  readonly terms: Readonly<Record<string, number>>;
  readonly advantage: number;
  readonly correct: boolean;
  readonly method: string | null;
  readonly terminated: boolean;
  /** When it was sampled, before its step's first update, and under the base. */
  readonly logProbs: readonly number[];
  readonly policyLogProbs: readonly number[];
  readonly refLogProbs: readonly number[];
  readonly tokenAdvantages: readonly number[];
  readonly entropy: readonly number[];
  readonly kl: readonly number[];
}

/** The range outside of which the ratio of a token, or of a whole completion, loses its gradient. */
export interface ClipView {
  readonly of: 'tokens' | 'completions';
  readonly low: number;
  readonly high: number;
  /** Largest ratio where the advantage is negative. */
  readonly cap: number;
}

/**
 * A number under the base, under the policy as the completion's step found it where that is still held, and under the
 * policy as it is now.
 */
export interface PolicyNumbers {
  readonly base: number;
  readonly before?: number;
  readonly now: number;
}

/** The places of one completion; all of them have a `before`, or none. */
export interface PlaceView {
  readonly candidates: readonly ({ readonly token: string; readonly sampled: boolean } & PolicyNumbers)[];
  readonly logProb: PolicyNumbers;
  readonly entropy: PolicyNumbers;
}

/** -d loss / d log p at each token; `leavesOut` where the loss has more that is a matter of the whole distribution. */
export interface PullView {
  readonly values: readonly number[];
  readonly leavesOut: boolean;
}

/** A line of the objective with the numbers of each token. */
export interface FormulaLineView {
  readonly name: string | null;
  readonly text: string;
  readonly withNumbers: (token: number, show: (value: number) => string) => string;
  readonly values: readonly number[] | null;
}

/** One prompt and its completions. */
export interface GroupView {
  readonly prompt: string;
  readonly answer: string;
  readonly completions: readonly CompletionView[];
}

/** One sampled answer to a prompt that a person typed. */
export interface AnswerView {
  readonly text: string;
  readonly correct?: boolean;
}

/** A choice in a list. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Heading under which the list shows it. */
  readonly group?: string;
}

/** What is being loaded; `totalBytes` is null where the size is not known. */
export interface LoadingView {
  readonly label: string;
  readonly loadedBytes: number;
  readonly totalBytes: number | null;
}

/** An error as data. */
export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly kept: string;
  readonly remedy: string;
  /** Text of a library, folded away. */
  readonly details?: string;
}
