/** @file A checker tried on the file's own rows before training: does the row's own answer pass? */
import { RIGHT } from '../../tasks/own/checker.ts';
import type { OwnTask } from '../../tasks/own/ownTask.ts';
import { codeRow, type OwnRow } from '../../tasks/own/row.ts';
import type { RewardSandbox } from './rewardFunction.ts';
import { codeScores } from './script.ts';

/** Rows that are tried, spread evenly over the file. */
const MOST_TRIED = 64;

export interface TriedRow {
  readonly line: number;
  /** The row's own answer, or its whole solution where that is given. */
  readonly completion: string;
  readonly score: number;
}

export interface Trial {
  readonly tried: number;
  readonly passed: number;
  /** Rows for people: the first that fail, then others. */
  readonly rows: readonly TriedRow[];
}

const SHOWN = 5;

/** `count` items or fewer, evenly spread. */
const spread = <T>(items: readonly T[], count: number): T[] =>
  items.length <= count
    ? [...items]
    : Array.from({ length: count }, (_, i) => items[Math.floor((i * items.length) / count)] as T);

/** Completions of a row that ought to pass: its answer, and its whole solution if there is one. */
const ownCompletions = ({ answer, solution }: OwnRow): readonly string[] => [answer, ...(solution ? [solution] : [])];

/** Tries the checker of a task on its own rows. CheckerError if its code fails. */
export async function tryChecker({ own }: OwnTask, sandbox: RewardSandbox): Promise<Trial> {
  const { checker } = own;
  const rows = spread(
    own.problems.map(({ row }) => row),
    MOST_TRIED,
  );
  const pairs = rows.flatMap((row) => ownCompletions(row).map((completion) => ({ row, completion })));
  const scores =
    checker.id === 'js'
      ? await codeScores(
          checker.parameter ?? '',
          pairs.map(({ row, completion }) => ({ completion, row: codeRow(row) })),
          sandbox,
          (i) => `tried on the answer of line ${pairs[i]?.row.line}`,
        )
      : pairs.map(({ row, completion }) => Number(checker.check(completion, row).correct));
  const best = new Map<OwnRow, TriedRow>();
  pairs.forEach(({ row, completion }, i) => {
    const score = scores[i] as number;
    if (score > (best.get(row)?.score ?? -Infinity)) best.set(row, { line: row.line, completion, score });
  });
  const tried = [...best.values()];
  return {
    tried: tried.length,
    passed: tried.filter(({ score }) => score >= RIGHT).length,
    rows: tried.toSorted((a, b) => Number(a.score >= RIGHT) - Number(b.score >= RIGHT)).slice(0, SHOWN),
  };
}

/** The trial as a sentence. */
export const trialSentence = ({ tried, passed, rows: [first] }: Trial): string =>
  passed === tried
    ? `The checker accepts the own answer of each of the ${tried} rows that were tried.`
    : `The checker accepts the own answer of ${passed} of ${tried} rows; not that of line ${first?.line}, ${JSON.stringify(first?.completion.slice(0, 60))}.`;
