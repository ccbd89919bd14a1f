/** @file Plain descriptions of a completion's meaning, which the page draws. */

/** A computation, part by part. */
export interface StepsScene {
  readonly kind: 'steps';
  readonly steps: readonly {
    /** The expression, such as `21+6`. */
    readonly label: string;
    /** The value in the completion, empty if there is none. */
    readonly written: string;
    /** The right value; absent if the part is only shown, not judged. */
    readonly expected?: string;
  }[];
}

/** Strings one below the other, character over character. */
export interface StringsScene {
  readonly kind: 'strings';
  /** The given strings of the problem, each with a name. */
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
  /** [row, column] of every place of the walk, the start first; a move against the edge repeats the place. */
  readonly path: readonly (readonly [number, number])[];
  /** Where the walk ends: on the goal, in a hole, or elsewhere; `malformed` if the completion is not a walk. */
  readonly ending: 'goal' | 'hole' | 'elsewhere' | 'malformed';
}

export type Scene = StepsScene | StringsScene | GridScene;
