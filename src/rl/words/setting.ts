/** @file Numbers that algorithms declare and read. */

/** A number that an algorithm reads. */
export interface Setting {
  /** TRL's name where it has one. */
  readonly id: string;
  readonly default: number;
  /** Id of the setting whose value it takes unless it is set. */
  readonly sameAs?: string;
  readonly min: number;
  readonly max: number;
  /** Its effect, in one sentence. */
  readonly summary: string;
  /** Used by the loop of steps only; an objective on a single batch does not read it. */
  readonly loop?: true;
}

/** Values of settings by id. */
export type Settings = Readonly<Record<string, number>>;
