/** @file A task made of a user's rows, with the facts of its file. */
import type { NamedFiles } from '../fileId.ts';
import type { Split, Task } from '../task.ts';
import type { Checker } from './checker.ts';
import type { Divided } from './divide.ts';
import type { FileFormat } from './read.ts';
import type { OwnRow, RowForm } from './row.ts';
import type { TaskFile } from './taskFile.ts';

/** Facts of a data file beyond those of its task; rows are in the order of the file, each prompt once. */
export interface OwnData extends Omit<Divided, 'problems'> {
  readonly files: NamedFiles;
  readonly bytes: number;
  readonly format: FileFormat;
  readonly forms: readonly RowForm[];
  /** Rows of the file, repeated prompts counted. */
  readonly read: number;
  readonly problems: readonly { readonly row: OwnRow; readonly split: Split }[];
  readonly checker: Checker;
  /** Present if the file is a whole task. */
  readonly task?: TaskFile;
  /** The whole file as a word of a link; present for a small task file. */
  readonly linkText?: string;
}

/** A task made of a user's rows. */
export interface OwnTask extends Task {
  readonly own: OwnData;
}

export const isOwnTask = (task: Task): task is OwnTask => 'own' in task;
