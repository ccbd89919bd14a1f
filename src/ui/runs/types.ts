/** @file The lines of the list of runs as data, and their actions. */
import type { Elements } from '../elements.ts';

export interface RunLine {
  readonly id: string;
  readonly name: string;
  /** A CSS colour. */
  readonly color: string;
  readonly pinned: boolean;
  readonly inHand: boolean;
  readonly shown: boolean;
  /** Sentences such as `Learning rate 0.001 → 0.002`; null for the first run. */
  readonly differs: readonly string[] | null;
  readonly origin: string | null;
  readonly baseAccuracy: number | null;
  readonly finalAccuracy: number | null;
  /** The last reward, and the exact KL to the base in nats a token; null where they were not measured. */
  readonly reward: number | null;
  readonly kl: number | null;
  /** Titles. */
  readonly task: string;
  readonly algorithm: string;
  readonly seed: number;
  readonly steps: number;
  /** Milliseconds since 1970. */
  readonly created: number;
  /** Name of its group; null in a list without groups. */
  readonly group: string | null;
  /** Date in the reader's locale. */
  readonly date: string;
  readonly backend: string;
}

export interface RunActions {
  readonly onShow: (id: string) => void;
  readonly onPin: (id: string, pinned: boolean) => void;
  /** Returns why the name was refused, or null. */
  readonly onRename: (id: string, name: string) => string | null;
  readonly onGoOn: (id: string) => void;
  readonly onFork: (id: string, step: number) => void;
  readonly onRemove: (id: string) => void;
  /** Links to the files that a run can be saved as. */
  readonly files: (id: string) => Elements;
}

/** The line whose form is open, and which form. */
export type Editing = { readonly id: string; readonly kind: 'name' | 'fork' | 'files' } | null;

export interface RunLineProps extends RunActions {
  readonly run: RunLine;
  readonly editing: Editing;
  readonly setEditing: (editing: Editing) => void;
}
