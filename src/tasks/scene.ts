/** @file Plain descriptions of what a completion amounts to; the page draws them. */

/** A computation, part by part. */
export interface StepsScene {
  readonly kind: 'steps';
  readonly steps: readonly {
    /** What is computed, such as `21+6`. */
    readonly label: string;
    /** What the completion says, empty where it says nothing. */
    readonly written: string;
    /** What it should say; absent where the part is only read, not judged. */
    readonly expected?: string;
  }[];
}

/** Strings one below the other, character over character. */
export interface StringsScene {
  readonly kind: 'strings';
  /** What the problem gives, each with a name. */
  readonly given: readonly { readonly label: string; readonly text: string }[];
  readonly expected: string;
  readonly written: string;
}

export type Cell = 'ice' | 'hole' | 'start' | 'goal';

/** A walk over a map. */
export interface GridScene {
  readonly kind: 'grid';
  /** Rows from top to bottom. */
  readonly cells: readonly (readonly Cell[])[];
  /** [row, column] of every place the walk stands on, the start first; a move against the edge repeats the place. */
  readonly path: readonly (readonly [number, number])[];
  /** Where the walk ends: on the goal, in a hole, or elsewhere; `malformed` where the completion is no walk. */
  readonly ending: 'goal' | 'hole' | 'elsewhere' | 'malformed';
}

export type Scene = StepsScene | StringsScene | GridScene;
