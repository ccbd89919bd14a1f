/** @file The lines of the atlas: papers with their status, results that belong to none, and which of them a search leaves. */
import { atlasPapers, capabilities } from './atlas.ts';
import { entryOfPaper, otherEntries } from './entries.ts';
import { statusOf, type Status } from './status.ts';
import type { ResultHead } from './storedResult.ts';

export interface Entry {
  /** Id of the experiment whose result would be its own. */
  readonly id: string;
  /** Null for what is no paper. */
  readonly paper: number | null;
  /** 0 for what is no paper. */
  readonly stage: number;
  readonly title: string;
  readonly claim: string;
  readonly status: Status;
  /** Titles of capabilities that are needed and not built. */
  readonly missing: readonly string[];
  readonly date: string | null;
  readonly seeds: readonly number[];
}

/** All 94 papers in their order. */
export function paperEntries(results: readonly ResultHead[]): Entry[] {
  return atlasPapers.map((row) => {
    const stored = results.find(({ paper }) => paper === row.paper);
    const { status, missing, date, seeds } = statusOf(row, stored ? { ...stored, paper: row.paper } : null);
    const { paper, stage, title, claim } = row;
    return { id: entryOfPaper(paper), paper, stage, title, claim, status, missing: missing.map((code) => capabilities[code].title), date, seeds };
  });
}

/** The results on the page's own presets and algorithms, as far as they are stored. */
export function otherEntriesOf(results: readonly ResultHead[]): Entry[] {
  return otherEntries.flatMap(({ id, title }) => {
    const stored = results.find(({ experiment }) => experiment === id);
    return stored ? [{ id, paper: null, stage: 0, title, claim: stored.claim, status: stored.verdict, missing: [], date: stored.date, seeds: stored.seeds }] : [];
  });
}

export interface Wanted {
  readonly search: string;
  readonly status: Status | null;
  readonly stage: number | null;
}

/** Every word of the search must occur in number, title, claim or what is missing; case and accents do not matter. */
export function fitting(entries: readonly Entry[], { search, status, stage }: Wanted): readonly Entry[] {
  const plain = (text: string) => text.normalize('NFD').replaceAll(/\p{Mn}/gu, '').toLowerCase();
  const words = plain(search).split(/\s+/).filter((word) => word !== '');
  return entries.filter((entry) => {
    const text = plain([entry.paper ?? '', entry.title, entry.claim, ...entry.missing].join(' '));
    return (status === null || entry.status === status) && (stage === null || entry.stage === stage) && words.every((word) => text.includes(word));
  });
}
