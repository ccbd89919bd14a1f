/** @file Problems of a data file by split: repeated prompts are counted and left out, held-out ones win. */
import { UsageError } from '../../lib/assert.ts';
import { breather } from '../../lib/breather.ts';
import { splitOf } from '../split.ts';
import type { Split } from '../task.ts';
import type { NamedSplit, OwnRow } from './row.ts';

export const splitNames: Readonly<Record<Split, NamedSplit>> = {
  train: 'train',
  validation: 'validation',
  heldout: 'test',
};
const splitsByName: Readonly<Record<NamedSplit, Split>> = { train: 'train', validation: 'validation', test: 'heldout' };

/** Rows that were left out: how many, and the first with the row that it repeats. */
export interface LeftOut {
  readonly count: number;
  readonly first: { readonly line: number; readonly sameAs: number } | null;
}

export interface Divided {
  readonly problems: readonly { readonly row: OwnRow; readonly canonical: string; readonly split: Split }[];
  /** Prompts that stand again in the same split. */
  readonly duplicates: LeftOut;
  /** Prompts that the file puts into two splits; they stay in the one that is tested. */
  readonly overlaps: LeftOut;
  /** Repeated prompts whose answers differ; the first answer counts. */
  readonly conflicts: LeftOut;
}

/** Problems that differ only in white space are one. */
const canonicalOf = (prompt: string): string => prompt.trim().replaceAll(/\s+/g, ' ');

/** The split of a row: as the file states it, or by a hash of the prompt. UsageError if only some rows state one. */
function stated(row: OwnRow, first: OwnRow, canonical: string): Split {
  if ((row.split === undefined) !== (first.split === undefined))
    throw new UsageError(`line ${row.line}: split: every line names one or none does, unlike line ${first.line}`);
  return row.split ? splitsByName[row.split] : splitOf('file', canonical);
}

/** Held-out problems win over those for validation, and these over training: no figure is measured on trained prompts. */
const strength: Readonly<Record<Split, number>> = { train: 0, validation: 1, heldout: 2 };

class Tally {
  private count = 0;
  private first: LeftOut['first'] = null;

  add(line: number, sameAs: number): void {
    this.count++;
    this.first ??= { line, sameAs };
  }

  get total(): LeftOut {
    return { count: this.count, first: this.first };
  }
}

/** Every prompt once, in one split. UsageError if only some rows state a split. */
export async function divide(rows: readonly OwnRow[]): Promise<Divided> {
  const problems = new Map<string, Divided['problems'][number]>();
  const [duplicates, overlaps, conflicts] = [new Tally(), new Tally(), new Tally()];
  const breathe = breather();
  for (const row of rows) {
    const canonical = canonicalOf(row.prompt);
    const split = stated(row, rows[0] as OwnRow, canonical);
    const before = problems.get(canonical);
    if (before) {
      (before.split === split ? duplicates : overlaps).add(row.line, before.row.line);
      if (before.row.answer !== row.answer) conflicts.add(row.line, before.row.line);
    }
    if (!before || strength[split] > strength[before.split]) problems.set(canonical, { row, canonical, split });
    await breathe();
  }
  return {
    problems: [...problems.values()],
    duplicates: duplicates.total,
    overlaps: overlaps.total,
    conflicts: conflicts.total,
  };
}
