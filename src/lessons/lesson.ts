/**
 * @file The type of a lesson: steps to read, and steps that ask for a prediction and check it against a run. Data and
 * pure functions.
 */
import type { Row } from '../ui/charts/series.ts';
import type { LessonId } from './list.ts';

/** Numbers read off a run, by name; they survive the run. */
export type Readings = Readonly<Record<string, number>>;

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
  readonly control?: string;
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
  /** The readings of a run with enough steps, else null. */
  measure(rows: readonly Row[]): Readings | null;
  /** `earlier`: readings of the earlier steps that were run. */
  judge(readings: Readings, earlier: Readonly<Record<string, Readings>>): Outcome;
  /** The explanation after the answer. */
  readonly after: string;
}

export type LessonStep = ReadStep | RunStep;

export interface Lesson {
  readonly id: LessonId;
  /** The content in one sentence. */
  readonly summary: string;
  readonly steps: readonly LessonStep[];
}

/** Training steps of the run of a lesson’s step. */
export const stepsOf = ({ words }: Pick<RunStep, 'words'>): number =>
  Number(new URLSearchParams(words).get('max_steps'));
