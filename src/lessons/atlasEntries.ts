/** @file The entries of the atlas: papers with their status, other results, and the search. */
import { algorithmById } from '../rl/papers/index.ts';
import { type AtlasPaper, atlasPapers, capabilities, type Disagreement, disagreeing } from './atlas.ts';
import { algorithmsOf, type Mechanism, ownAlgorithm } from './atlasSources.ts';
import { entryOfPaper, otherEntries } from './entries.ts';
import { statusOf, type Status } from './status.ts';
import type { ResultHead } from './storedResult.ts';

export interface Entry {
  /** Id of the experiment of this entry. */
  readonly id: string;
  /** Null for an entry that is not a paper. */
  readonly paper: number | null;
  /** 0 for an entry that is not a paper. */
  readonly stage: number;
  readonly title: string;
  readonly claim: string;
  /** Authors and year; null for an entry that is not a paper. */
  readonly source: string | null;
  /** arXiv number; null if unknown here. */
  readonly arxiv: string | null;
  /** The paper’s own algorithm, which runs in the page; null for none. */
  readonly algorithm: Mechanism | null;
  /** Ids of the paper’s own algorithm and of those its arms are trained with. */
  readonly algorithms: readonly string[];
  readonly status: Status;
  /** Titles of needed capabilities that are not built. */
  readonly missing: readonly string[];
  /** Titles of needed capabilities that are built. */
  readonly built: readonly string[];
  /** The comparison that a paper without an experiment waits for. */
  readonly planned: NonNullable<AtlasPaper['planned']> | null;
  readonly disagreeing: readonly Disagreement[];
  /** The finding of the stored result in one sentence; null for none. */
  readonly finding: string | null;
  readonly date: string | null;
  readonly seeds: readonly number[];
}

/** All 94 papers in order. */
export function paperEntries(results: readonly ResultHead[]): Entry[] {
  return atlasPapers.map((row) => {
    const stored = results.find(({ paper }) => paper === row.paper);
    const { status, missing, date, seeds } = statusOf(row, stored ? { ...stored, paper: row.paper } : null);
    const { paper, stage, title, claim, authors, year, arxiv = null, needs, planned = null } = row;
    const id = entryOfPaper(paper);
    return {
      id,
      paper,
      stage,
      title,
      claim,
      source: `${authors}, ${year}`,
      arxiv,
      algorithm: ownAlgorithm(paper),
      algorithms: algorithmsOf(id, paper),
      status,
      missing: missing.map((code) => capabilities[code].title),
      built: needs.flatMap((code) => (capabilities[code].built ? [capabilities[code].title] : [])),
      planned,
      disagreeing: disagreeing(paper),
      finding: stored?.finding ?? null,
      date,
      seeds,
    };
  });
}

/** Stored results on the page’s presets and algorithms. */
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
        source: null,
        arxiv: null,
        algorithm: null,
        algorithms: algorithmsOf(id, null),
        status,
        missing: [],
        built: [],
        planned: null,
        disagreeing: [],
        finding: stored.finding ?? null,
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

/** The text that a search runs over. All results were trained with LoRA. */
function textOf({ id, paper, title, claim, missing, source, arxiv, algorithms, date }: Entry): string {
  const number = paper === null ? [] : [`paper ${paper}`];
  const published = [source ?? '', ...(arxiv === null ? [] : [`arXiv:${arxiv}`, `https://arxiv.org/abs/${arxiv}`])];
  const learning = [
    ...algorithms.flatMap((algorithm) => [algorithm, algorithmById(algorithm).title]),
    ...(date === null ? [] : ['LoRA']),
  ];
  return plain([id, ...number, title, claim, ...missing, ...published, ...learning].join(' '));
}

/** Whether `word` occurs in the text where no letter or digit stands before it. */
function beginsWord(text: string, word: string): boolean {
  for (let at = text.indexOf(word); at >= 0; at = text.indexOf(word, at + 1))
    if (!/[\p{L}\d]/u.test(text[at - 1] ?? ' ')) return true;
  return false;
}

/**
 * Entries that contain every word of the search at the beginning of a word, ignoring case and accents: “vision” is not
 * in “supervision”. A short number matches whole numbers only: 58 is paper 58, not two digits of an arXiv number.
 */
export function fitting(entries: readonly Entry[], { search, status, stage }: Wanted): readonly Entry[] {
  const words = plain(search)
    .split(/\s+/)
    .filter((word) => word !== '');
  const occurs = (text: string) => (word: string) =>
    /^\d{1,2}$/.test(word) ? text.split(/[^\p{L}\d.]+/u).includes(word) : beginsWord(text, word);
  return entries.filter(
    (entry) =>
      (status === null || entry.status === status) &&
      (stage === null || entry.stage === stage) &&
      words.every(occurs(textOf(entry))),
  );
}
