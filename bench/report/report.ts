/** @file The record of a benchmark: measurements with the conditions that they were made under. */
import { z } from 'zod';
import { kinds, type Kind } from '../engines/engine.ts';
import { DISTURBED } from '../measure/repeat.ts';
import { isTie, type Ratio, ratioTo, type Rounds, type Spread, spreadOf } from '../measure/ratios.ts';
import { BASE, type RowId, rowIds } from '../ids.ts';
import { quantile } from '../../src/lib/statistics.ts';

const share = z.number().min(0).max(1).nullable();
const numbers = z.record(z.string(), z.number());

const measurementSchema = z.object({
  id: z.string(),
  kind: z.enum(kinds),
  round: z.number().int(),
  milliseconds: z.number().positive(),
  parts: numbers.optional(),
  others: share,
  repeats: z.number().int(),
});

const visitSchema = z.object({ firstPoint: z.number(), stepTen: z.number(), megabytes: z.number() });

const openingSchema = z.object({
  commit: z.string(),
  round: z.number().int(),
  cold: visitSchema,
  second: visitSchema,
  others: share,
  repeats: z.number().int(),
});

export const reportSchema = z.object({
  date: z.iso.datetime(),
  /** Package version and commit; `modified` if tracked files differed from it. */
  version: z.string(),
  machine: z.object({ cpu: z.string(), cores: z.number().int(), node: z.string(), browser: z.string().nullable() }),
  seed: z.number().int(),
  rounds: z.number().int(),
  /** Load averages over a minute, at the beginning and at the end. */
  load: z.tuple([z.number(), z.number()]),
  /** By row that was opened. */
  versions: z.record(z.string(), z.string()),
  /** By row: the reason why it was not timed. */
  missing: z.record(z.string(), z.string()),
  /** By row: largest differences from the reference. */
  agreement: z.record(z.string(), numbers),
  /** Positions of a forward pass by the peers, and by Rollout's graphs. */
  positions: z.object({
    padded: z.object({ train: z.number(), decode: z.number(), step: z.number() }),
    rollout: z.object({ train: numbers, decode: numbers, step: numbers }),
  }),
  measurements: z.array(measurementSchema),
  openings: z.array(openingSchema),
});

export type BenchReport = z.infer<typeof reportSchema>;
export type OpeningRound = z.infer<typeof openingSchema>;

/** A column of the tables; `bareStep` leaves out the scores of the base, which a step without penalty does not need. */
export const columns = [...kinds, 'bareStep'] as const;
export type Column = (typeof columns)[number];

export interface Cell extends Spread {
  readonly ratio: Ratio | null;
  readonly isTie: boolean;
}

/** Milliseconds without the share that scoring the base took. */
function withoutScore({ milliseconds, parts = {} }: BenchReport['measurements'][number]): number {
  const whole = Object.values(parts).reduce((a, b) => a + b, 0);
  return whole > 0 ? milliseconds * (1 - (parts.score ?? 0) / whole) : milliseconds;
}

/** Milliseconds of a row by round; Rollout's step stays whole in `bareStep`, since its run decides whether the base is scored. */
export function roundsOf({ measurements, rounds }: BenchReport, id: string, column: Column): Rounds {
  const kind: Kind = column === 'bareStep' ? 'step' : column;
  return Array.from({ length: rounds }, (_, round) => {
    const found = measurements.find((one) => one.id === id && one.kind === kind && one.round === round);
    if (!found) return null;
    return column === 'bareStep' && !id.startsWith('rollout') ? withoutScore(found) : found.milliseconds;
  });
}

/** A cell of the tables; null where the row was not measured. */
export function cellOf(report: BenchReport, id: RowId, column: Column): Cell | null {
  const times = roundsOf(report, id, column);
  const spread = spreadOf(times);
  if (!spread) return null;
  const ratio = ratioTo(roundsOf(report, BASE, column), times);
  return { ...spread, ratio, isTie: ratio !== null && isTie(ratio) };
}

/** Rows with a time in one of the columns. */
export const rowsWith = (report: BenchReport, wanted: readonly Column[]): RowId[] =>
  rowIds.filter((id) => wanted.some((column) => cellOf(report, id, column)));

/** How quiet the machine was: the median share of others, and the measurements that stayed disturbed. */
export function disturbance({ measurements }: Pick<BenchReport, 'measurements'>) {
  const shares = measurements.flatMap(({ others }) => others ?? []);
  return {
    median: shares.length > 0 ? quantile(shares, 0.5) : null,
    disturbed: shares.filter((others) => others > DISTURBED).length,
    repeats: measurements.reduce((sum, { repeats }) => sum + repeats, 0),
    count: measurements.length,
  };
}
