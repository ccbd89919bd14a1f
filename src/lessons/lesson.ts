/**
 * @file The type of a lesson: steps to read, and steps that ask for a prediction and check it against a run. Data and
 * pure functions.
 */
import type { Row } from '../ui/charts/series.ts';
import type { UpdateView } from '../ui/river/view.ts';

/** Numbers read off a run, by name; they survive the run. */
export type Readings = Readonly<Record<string, number>>;
/** Readings by the id of the step that took them. */
export type ReadingsByStep = Readonly<Record<string, Readings>>;

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface Outcome {
  /** The choice that the run confirms; null if none is clearly confirmed. */
  readonly answer: string | null;
  /** The measurement in a sentence. */
  readonly measured: string;
}

interface Told {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly prose: readonly string[];
  /** The highlighted control: the id of a setting, or `ask`. */
  readonly control?: string | undefined;
  /** The decisive drawing, in the lesson's card and ringed on the page: a name that `isEvidence` knows. */
  readonly evidence?: string | undefined;
}

export interface ReadStep extends Told {
  readonly kind: 'read';
}

export interface RunStep extends Told {
  readonly kind: 'run';
  /** The settings of the run as words of a link, with `max_steps`. */
  readonly words: string;
  /** Label of the button that sets them. */
  readonly set: string;
  /** Name of the run in the charts. */
  readonly name: string;
  readonly question: string;
  /** Ids of the earlier steps that the question compares with: only their runs are drawn beside this one. */
  readonly compares?: readonly string[];
  readonly choices: readonly Choice[];
  /** Whether `measure` reads the last update of the run. */
  readonly readsUpdate?: boolean;
  /**
   * The readings of a run with enough steps, else null. `update`: a group of its last step with the river before and
   * after it; null where there is no river.
   */
  measure(rows: readonly Row[], update?: UpdateView | null): Readings | null;
  /** `earlier`: readings of the earlier steps that were run. */
  judge(readings: Readings, earlier: ReadingsByStep): Outcome;
  /** The explanation after the answer. */
  readonly after: string;
}

export type LessonStep = ReadStep | RunStep;

export interface Lesson {
  /** Id of a lesson of the list, or of a kept lesson file. */
  readonly id: string;
  readonly title: string;
  /** The content in one sentence. */
  readonly summary: string;
  readonly steps: readonly LessonStep[];
  /** The conclusions, at the end. */
  readonly learnt: readonly string[];
  /** Id of the lesson to open next; null for the atlas. */
  readonly next: string | null;
  /** Notes for a teacher. */
  readonly teacher: readonly string[];
  /**
   * A text with the reader’s numbers in its braces, those of the step `step` without its name; null if one was not
   * measured. Absent where texts hold none.
   */
  tell?(text: string, readings: ReadingsByStep, step?: string): string | null;
}

/** Training steps of the run of a lesson’s step. */
export const stepsOf = ({ words }: Pick<RunStep, 'words'>): number =>
  Number(new URLSearchParams(words).get('max_steps'));
