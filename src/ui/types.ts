/** @file The data shapes of the components; the trainer's reports fit them without conversion. */

/** One number that can be set. */
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

/** One sampled completion; per-token lists are in nats and as long as `tokens`. */
export interface CompletionView {
  readonly text: string;
  readonly tokens: readonly string[];
  /** Places of tokens that are no text. */
  readonly control?: readonly number[];
  readonly reward: number;
  readonly terms: Readonly<Record<string, number>>;
  /** KL penalty that was taken off the reward; absent where the reward holds none. */
  readonly penalty?: number;
  readonly advantage: number;
  readonly correct: boolean;
  readonly method: string | null;
  readonly terminated: boolean;
  /** Log-probabilities at sampling, before the step's first update, and under the base. */
  readonly logProbs: readonly number[];
  readonly policyLogProbs: readonly number[];
  readonly refLogProbs: readonly number[];
  readonly tokenAdvantages: readonly number[];
  readonly entropy: readonly number[];
  readonly kl: readonly number[];
}

/** The ratio range outside which a token, or a whole completion, loses its gradient. */
export interface ClipView {
  readonly of: 'tokens' | 'completions';
  readonly low: number;
  readonly high: number;
  /** Largest ratio at negative advantage. */
  readonly cap: number;
}

/**
 * A number under three policies: the base, the policy before the completion's step (if still in memory), and the
 * current one.
 */
export interface PolicyNumbers {
  readonly base: number;
  readonly before?: number;
  readonly now: number;
}

/** The places of one completion; all of them have a `before`, or none has. */
export interface PlaceView {
  readonly candidates: readonly ({
    readonly token: string;
    readonly sampled: boolean;
    readonly control?: boolean;
  } & PolicyNumbers)[];
  readonly logProb: PolicyNumbers;
  readonly entropy: PolicyNumbers;
}

/** -d loss / d log p at each token; `leavesOut` if the loss also depends on the whole distribution. */
export interface PullView {
  readonly values: readonly number[];
  readonly leavesOut: boolean;
}

/** A line of the objective with its numbers at each token. */
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

/** One sampled answer to a prompt typed by the user. */
export interface AnswerView {
  readonly text: string;
  readonly correct?: boolean;
}

/** One entry of a list. */
export interface Choice {
  readonly id: string;
  readonly title: string;
  readonly summary: string;
  /** Heading above it in the list. */
  readonly group?: string;
}

/** The file or part being loaded; `totalBytes` is null if the size is not known. */
export interface LoadingView {
  readonly label: string;
  readonly loadedBytes: number;
  readonly totalBytes: number | null;
}

export interface ErrorView {
  readonly code: string;
  readonly message: string;
  readonly kept: string;
  readonly remedy: string;
  /** The library's own text, folded away. */
  readonly details?: string;
}
