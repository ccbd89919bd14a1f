/** @file A run's numbers in a golden, and the differences of a later run. */
import { sha256 } from '@noble/hashes/sha2.js';
import { bytesToHex } from '@noble/hashes/utils.js';
import { type CliBackend, loadPolicyFile, nodeEnvironment } from '../../cli/environment.ts';
import type { TrainConfig } from '../../src/rl/config/config.ts';
import { LocalTrainer } from '../../src/rl/run/localTrainer.ts';

type Row = Readonly<Record<string, number | undefined>>;
type Plain = Readonly<Record<string, unknown>>;

/** All results of a run. */
export interface Recording {
  /** Metrics of each step by name, without durations. */
  readonly rows: readonly Row[];
  readonly evaluations: readonly Plain[];
  /** SHA-256 of the tuned adapter's bytes (a critic is part of it). */
  readonly adapter: string;
  /** SHA-256 of every array of the final optimizer state and adapter, sorted: names and order may change. */
  readonly arrays: readonly string[];
}

/** A recording in compact form. Hashes are of the IEEE 754 bits and cut to 16 digits. */
export interface Golden {
  /** Unhashed, for readers and for machines with different rounding. */
  readonly firstRows: readonly Row[];
  readonly lastRow: Row;
  readonly evaluations: readonly Plain[];
  /** One per step, over the metrics named in `metrics`. */
  readonly steps: readonly string[];
  /** One per metric, over all steps. */
  readonly metrics: Readonly<Record<string, string>>;
  readonly adapter: string;
  readonly arrays: readonly string[];
}

const FIRST_ROWS = 2;

const hashOf = ({ buffer, byteOffset, byteLength }: ArrayBufferView): string =>
  bytesToHex(sha256(new Uint8Array(buffer as ArrayBuffer, byteOffset, byteLength)));

/** An absent metric hashes as NaN, which no metric is. */
const bits = (numbers: readonly (number | undefined)[]): string =>
  hashOf(Float64Array.from(numbers, (x) => x ?? NaN)).slice(0, 16);

const isDuration = (name: string): boolean => name === 'step_time' || name.startsWith('time/');

/** All typed arrays in plain data. */
function arraysIn(value: unknown): ArrayBufferView[] {
  if (ArrayBuffer.isView(value)) return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(arraysIn) : [];
}

/** Trains the first `steps` steps of a run on one lane. */
export async function record(backend: CliBackend, config: TrainConfig, steps = config.maxSteps): Promise<Recording> {
  const trainer = new LocalTrainer(nodeEnvironment(loadPolicyFile(config.policy)));
  const evaluations: Plain[] = [];
  trainer.listen((event) => {
    if (event.type === 'evaluation') evaluations.push({ ...event.report });
  });
  try {
    await trainer.open(config, { backend, workers: 1 });
    const rows: Row[] = [];
    while (rows.length < steps) {
      const { metrics } = await trainer.step();
      rows.push(Object.fromEntries(Object.entries(metrics).filter(([name]) => !isDuration(name))));
    }
    const { state } = await trainer.snapshot();
    return {
      rows,
      evaluations,
      adapter: hashOf(await trainer.adapter()),
      arrays: arraysIn(state).map(hashOf).toSorted(),
    };
  } finally {
    await trainer.dispose();
  }
}

const namesIn = (rows: readonly Row[]): string[] => [...new Set(rows.flatMap((row) => Object.keys(row)))].toSorted();

/** One hash per step over `names`, and one per name over the steps. */
const hashes = (rows: readonly Row[], names: readonly string[]) => ({
  steps: rows.map((row) => bits(names.map((name) => row[name]))),
  metrics: Object.fromEntries(names.map((name) => [name, bits(rows.map((row) => row[name]))])),
});

export const goldenOf = (recording: Recording): Golden => ({
  firstRows: recording.rows.slice(0, FIRST_ROWS),
  lastRow: recording.rows.at(-1) ?? {},
  evaluations: recording.evaluations,
  ...hashes(recording.rows, namesIn(recording.rows)),
  adapter: recording.adapter,
  arrays: recording.arrays,
});

/** The metrics, steps and arrays whose bits differ from the golden's. Metrics missing in the golden are ignored. */
export function movedBits(golden: Golden, { rows, adapter, arrays }: Recording): string[] {
  const found = hashes(rows, Object.keys(golden.metrics));
  return [
    ...Object.keys(golden.metrics).filter((name) => found.metrics[name] !== golden.metrics[name]),
    ...golden.steps.flatMap((hash, step) => (found.steps[step] === hash ? [] : [`step ${step}`])),
    ...(rows.length === golden.steps.length ? [] : [`${rows.length} steps`]),
    ...(adapter === golden.adapter ? [] : ['the adapter']),
    ...golden.arrays.flatMap((hash) => (arrays.includes(hash) ? [] : [`an array with hash ${hash}`])),
  ];
}

/** The metrics of the first `steps` steps that differ by more than `tolerance`, each relative to 1 + |expected|. */
export function movedNumbers(golden: Golden, rows: readonly Row[], steps: number, tolerance: number): string[] {
  return golden.firstRows.slice(0, steps).flatMap((row, step) =>
    Object.entries(row).flatMap(([name, expected = NaN]) => {
      const actual = rows[step]?.[name] ?? NaN;
      const near = Math.abs(actual - expected) <= tolerance * (1 + Math.abs(expected));
      return near ? [] : [`step ${step}: ${name} is ${actual}, not ${expected}`];
    }),
  );
}
