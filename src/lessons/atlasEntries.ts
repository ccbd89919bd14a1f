/**
 * @file The lines of the atlas: papers with their status, results that belong to none, and which of them a search
 * leaves.
 */
import { algorithmById } from '../rl/papers/index.ts';
import { atlasPapers, capabilities } from './atlas.ts';
import { algorithmsOf, arxivOf } from './atlasSources.ts';
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
  /** Its number on arXiv; null where none is known here. */
  readonly arxiv: string | null;
  /** Ids of algorithms that are its own or that its arms are trained with. */
  readonly algorithms: readonly string[];
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
    const id = entryOfPaper(paper);
    return {
      id,
      paper,
      stage,
      title,
      claim,
      arxiv: arxivOf(paper),
      algorithms: algorithmsOf(id, paper),
      status,
      missing: missing.map((code) => capabilities[code].title),
      date,
      seeds,
    };
  });
}

/** The results on the page's own presets and algorithms, as far as they are stored. */
export function otherEntriesOf(results: readonly ResultHead[]): Entry[] {
  return otherEntries.flatMap(({ id, title }) => {
    const stored = results.find(({ experiment }) => experiment === id);
    if (!stored) return [];
    const { claim, verdict: status, date, seeds } = stored;
    return [
      {
        id,
        paper: null,
        stage: 0,
        title,
        claim,
        arxiv: null,
        algorithms: algorithmsOf(id, null),
        status,
        missing: [],
        date,
        seeds,
      },
    ];
  });
}

export interface Wanted {
  readonly search: string;
  readonly status: Status | null;
  readonly stage: number | null;
}

const plain = (text: string): string =>
  text
    .normalize('NFD')
    .replaceAll(/\p{Mn}/gu, '')
    .toLowerCase();

/** All that an entry can be found by. What was run was run with LoRA. */
function textOf({ id, paper, title, claim, missing, arxiv, algorithms, date }: Entry): string {
  const number = paper === null ? [] : [`paper ${paper}`];
  const source = arxiv === null ? [] : [`arXiv:${arxiv}`, `https://arxiv.org/abs/${arxiv}`];
  const learning = [
    ...algorithms.flatMap((algorithm) => [algorithm, algorithmById(algorithm).title]),
    ...(date === null ? [] : ['LoRA']),
  ];
  return plain([id, ...number, title, claim, ...missing, ...source, ...learning].join(' '));
}

/**
 * Every word of the search must occur; case and accents do not matter. A short number is no part of another: 58 is
 * paper 58, not a digit of some arXiv number.
 */
export function fitting(entries: readonly Entry[], { search, status, stage }: Wanted): readonly Entry[] {
  const words = plain(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  const occurs = (text: string) => (word: string) =>
    /^\d{1,2}$/.test(word) ? text.split(/[^\p{L}\d.]+/u).includes(word) : text.includes(word);
  return entries.filter(
    (entry) =>
      (status === null || entry.status === status) &&
      (stage === null || entry.stage === stage) &&
      words.every(occurs(textOf(entry))),
  );
}
