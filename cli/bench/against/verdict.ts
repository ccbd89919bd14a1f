/** @file Ratios of this tree to another commit, from the reports of interleaved rounds, and whether one was lost. */
import { z } from 'zod';
import { UsageError } from '../../../src/lib/assert.ts';
import { type Spread, spread } from '../row.ts';
import { padTable } from '../text.ts';

/** A ratio that falls by more than this share is lost. */
const TOLERANCE = 0.15;

const median = z.object({ median: z.number() }).transform((s) => s.median);

const measured = z
  .object({
    backend: z.string(),
    workers: z.number(),
    milliseconds: z.object({ step: median, rollout: median, score: median, update: median }),
  })
  .transform(({ backend, workers, milliseconds: { step, rollout, score, update } }) => ({
    subject: `${backend}, ${workers} worker${workers === 1 ? '' : 's'}`,
    // Together, since commits differ in the part that a reading counts to.
    parts: { step, rollout, 'score + update': score + update },
  }));

const missing = z.object({ backend: z.string(), workers: z.number(), unavailable: z.string() });

/** What every commit's `npm run bench -- --json` writes. */
const reportSchema = z.object({ rows: z.array(z.union([measured, missing])).min(1) });

/** Milliseconds by subject and part. */
export type Times = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** The times of a report. UsageError for another form, or for a backend that was not measured. */
export function timesOf(report: unknown, where: string): Times {
  const read = reportSchema.safeParse(report);
  if (!read.success) throw new UsageError(`${where}: its report has another form: ${z.prettifyError(read.error)}`);
  return Object.fromEntries(
    read.data.rows.map((row) => {
      if ('unavailable' in row) throw new UsageError(`${where}: ${row.backend} was not measured: ${row.unavailable}`);
      return [row.subject, row.parts];
    }),
  );
}

export interface Round {
  readonly here: Times;
  readonly there: Times;
}

export interface ComparedPart {
  readonly subject: string;
  readonly part: string;
  /** Milliseconds, medians over the rounds. */
  readonly here: number;
  readonly there: number;
  /** Time there over time here in each round: above 1 this tree is faster. */
  readonly ratio: Spread;
  /** The median lost more than 15 %, and no round denies a loss. */
  readonly lost: boolean;
}

export function comparedParts(rounds: readonly Round[]): ComparedPart[] {
  return Object.entries(rounds[0]?.here ?? {}).flatMap(([subject, parts]) =>
    Object.keys(parts).map((part) => {
      const times = (side: 'here' | 'there') => rounds.map((round) => round[side][subject]?.[part] ?? NaN);
      const [here, there] = [times('here'), times('there')];
      const ratio = spread(here.map((time, i) => (there[i] as number) / time));
      return {
        subject,
        part,
        here: spread(here).median,
        there: spread(there).median,
        ratio,
        lost: ratio.median < 1 - TOLERANCE && ratio.max < 1,
      };
    }),
  );
}

export function comparisonText(commit: string, rounds: number, parts: readonly ComparedPart[]): string {
  const rows = parts.map(({ subject, part, here, there, ratio, lost }) => [
    `${subject}: ${part}`,
    there.toFixed(1),
    here.toFixed(1),
    `${ratio.median.toFixed(2)} [${ratio.min.toFixed(2)} - ${ratio.max.toFixed(2)}]`,
    lost ? 'lost' : '',
  ]);
  return [
    `Against ${commit}: ${rounds} rounds in random order, a process each; ratio = time there / time here, above 1 faster here`,
    ...padTable([['', `${commit}, ms`, 'here, ms', 'ratio [range]', ''], ...rows]),
  ].join('\n');
}
