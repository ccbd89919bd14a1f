/**
 * @file What a lesson is: steps that are read, and steps that ask for a prediction and check it against the run that
 * answers. Data and functions of numbers, no page.
 */
import type { Row } from '../ui/charts/series.ts';
import type { LessonId } from './list.ts';

/** Numbers read off a run, by name; kept when the run itself is gone. */
export type Readings = Readonly<Record<string, number>>;

export interface Choice {
  readonly id: string;
  readonly label: string;
}

export interface Outcome {
  /** The choice that the run bears out; null where it bears out none of them clearly. */
  readonly answer: string | null;
  /** What was measured, in a sentence. */
  readonly measured: string;
}

interface Told {
  readonly id: string;
  readonly title: string;
  /** Paragraphs. */
  readonly prose: readonly string[];
  /** The control that lights up: the id of a setting, or `ask`. */
  readonly control?: string;
}

export interface ReadStep extends Told {
  readonly kind: 'read';
}

export interface RunStep extends Told {
  readonly kind: 'run';
  /** The settings of the run, as a link writes them; `max_steps` is among them. */
  readonly words: string;
  /** What the button that sets them says. */
  readonly set: string;
  /** Name of the run in the charts. */
  readonly name: string;
  readonly question: string;
  /**
   * Ids of the earlier steps that the question compares with: their runs stand beside this one in the charts, and no
   * others.
   */
  readonly compares?: readonly string[];
  readonly choices: readonly Choice[];
  /** The numbers of a run that has come far enough, else null. */
  measure(rows: readonly Row[]): Readings | null;
  /** `earlier`: readings of the steps before, those that were run. */
  judge(readings: Readings, earlier: Readonly<Record<string, Readings>>): Outcome;
  /** What it means, told after the answer. */
  readonly after: string;
}

export type LessonStep = ReadStep | RunStep;

export interface Lesson {
  readonly id: LessonId;
  /** What it shows, in one sentence. */
  readonly summary: string;
  readonly steps: readonly LessonStep[];
}

/** Steps of training that the run of a lesson's step has. */
export const stepsOf = ({ words }: Pick<RunStep, 'words'>): number =>
  Number(new URLSearchParams(words).get('max_steps'));
