/** @file Interleaved rounds: in each, every engine does every kind of work once, in random order. */
import { random } from '../../src/lib/random.ts';
import { quantile } from '../../src/lib/statistics.ts';
import type { Engine, Kind } from '../engines/engine.ts';
import { watchOthers } from './quiet.ts';
import { undisturbed } from './repeat.ts';

/** Times that a work is done within one measurement; the median counts. */
const repetitions: Readonly<Record<Kind, number>> = { train: 3, trainUpdate: 3, sample: 2, greedy: 2, step: 4 };

export interface Entrant {
  readonly id: string;
  readonly engine: Engine;
  readonly kinds: readonly Kind[];
}

/** A measurement of one engine in one round. */
export interface Measurement {
  readonly id: string;
  readonly kind: Kind;
  readonly round: number;
  readonly milliseconds: number;
  /** Milliseconds of the parts of a step, the mean of its repetitions. */
  readonly parts?: Readonly<Record<string, number>>;
  readonly others: number | null;
  readonly repeats: number;
}

/** The pairs of engine and kind of one round, shuffled by the seed and the round. */
export function orderOf(entrants: readonly Pick<Entrant, 'id' | 'kinds'>[], seed: number, round: number) {
  const stream = random(seed, 'round', round);
  return entrants
    .flatMap(({ id, kinds }) => kinds.map((kind) => ({ id, kind, at: stream.uniform() })))
    .toSorted((a, b) => a.at - b.at);
}

async function measured(engine: Engine, kind: Kind, most: number) {
  const count = repetitions[kind];
  const { value, others, repeats } = await undisturbed(() => engine.time(kind, count), watchOthers, most);
  const parts = Object.entries(value.parts ?? {}).map(([name, sum]) => [name, sum / count] as const);
  return {
    milliseconds: quantile(value.milliseconds, 0.5),
    ...(parts.length > 0 ? { parts: Object.fromEntries(parts) } : {}),
    others,
    repeats,
  };
}

/** All measurements of so many rounds. `mostRepeats` bounds the repeats of one that others disturbed. */
export async function runRounds(
  entrants: readonly Entrant[],
  { rounds, seed, mostRepeats }: { readonly rounds: number; readonly seed: number; readonly mostRepeats: number },
  progress: (done: number, of: number, note: string) => void,
): Promise<Measurement[]> {
  const all: Measurement[] = [];
  const orders = Array.from({ length: rounds }, (_, round) => orderOf(entrants, seed, round));
  const total = orders.reduce((sum, order) => sum + order.length, 0);
  for (const [round, order] of orders.entries())
    for (const { id, kind } of order) {
      const entrant = entrants.find((one) => one.id === id) as Entrant;
      progress(all.length, total, `round ${round + 1}: ${id}, ${kind}`);
      all.push({ id, kind, round, ...(await measured(entrant.engine, kind, mostRepeats)) });
    }
  return all;
}
