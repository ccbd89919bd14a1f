/** @file The interface of a measured engine, on either side of a process boundary. */

/** The work by name; each is timed alone. */
export const kinds = ['train', 'trainUpdate', 'sample', 'greedy', 'step'] as const;
export type Kind = (typeof kinds)[number];

/** Results by which engines are compared before any is timed; arrays are plain, so that they can be sent. */
export interface Answers {
  /** Absent for an engine that cannot train. */
  readonly loss?: number;
  /** Of the flat adapter. */
  readonly gradient?: readonly number[];
  /** Parameters of the adapter after one update of that gradient. */
  readonly updated?: readonly number[];
  /** Completions [rows * steps] of the decoding; sampled ones are absent where the engine draws its own numbers. */
  readonly greedy: readonly number[];
  readonly sampled?: readonly number[];
  /** The first recorded step of the default preset as a whole. */
  readonly step?: {
    /** [rows * completionLength], padded. */
    readonly tokens: readonly number[];
    readonly rewards: readonly number[];
    readonly parameters: readonly number[];
  };
}

/** Facts of an engine for the report. */
export interface EngineFacts {
  readonly versions: string;
  readonly threads?: number;
  /** Kinds that it computes. */
  readonly kinds: readonly Kind[];
}

/** A measurement: milliseconds of each repetition, per decoded step for `sample` and `greedy`. */
export interface Timed {
  readonly milliseconds: readonly number[];
  /** Parts of a whole step, where the engine tells them apart: milliseconds by name, summed over the repetitions. */
  readonly parts?: Readonly<Record<string, number>>;
}

/** An engine that waits without work between two measurements. */
export interface Engine {
  facts(): Promise<EngineFacts>;
  answers(): Promise<Answers>;
  /** Repeats the work so often, after it was brought to its state. */
  time(kind: Kind, repetitions: number): Promise<Timed>;
  close(): Promise<void>;
}
