/**
 * @file A whole run as one file: a safetensors container with the vectors of the checkpoints as tensors and the rest as
 * JSON metadata. Input is hostile until it has passed every check here.
 */
import { z } from '../../lib/zod.ts';
import { crc32 } from '../../lib/zip.ts';
import { isSafetensors, readSafetensors, type StoredTensor, writeSafetensors } from '../../policy/safetensors.ts';
import { bareState, bareStateSchema, type LearnerState, vectorsOf, withVectors } from '../../rl/learner/state.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { readRun, readSnapshot } from '../storage/reading.ts';
import { codeOf, isReadable, type KeptRun, rowSchema } from '../storage/schema.ts';

/** The file is damaged or not a run; the message is shown to the user. */
export class RunFileError extends Error {
  override readonly name = 'RunFileError';
}

export interface WholeRun {
  readonly run: KeptRun;
  readonly rows: readonly Row[];
  /** Ascending by step. */
  readonly snapshots: readonly RunSnapshot[];
}

/** Larger than any run of the page: 24 checkpoints of the largest adapter and the numbers of the longest run. */
export const LARGEST_FILE = 300e6;
const MOST_ROWS = 20_000;
/** 1: the state of one adapter, before there were slots. */
const VERSION = 2;

const contentSchema = z.strictObject({
  format: z.literal('rollout-run'),
  version: z.union([z.literal(1), z.literal(VERSION)]),
  run: z.unknown(),
  rows: z.array(rowSchema).max(MOST_ROWS),
  snapshots: z.array(z.looseObject({ state: bareStateSchema })).max(100),
});

const tensorName = (index: number, path: string) => `checkpoint.${index}.${path}`;

/** Encodes a run as a file. */
export function encodeRun({ run, rows, snapshots }: WholeRun): Uint8Array<ArrayBuffer> {
  const tensors = new Map(
    snapshots.flatMap(({ state }, index) =>
      [...vectorsOf(state)].map(([path, data]): [string, StoredTensor] => [
        tensorName(index, path),
        { shape: [data.length], data },
      ]),
    ),
  );
  const bare = snapshots.map(({ state, ...rest }) => ({ ...rest, state: bareState(state) }));
  return sealed(JSON.stringify({ format: 'rollout-run', version: VERSION, run, rows, snapshots: bare }), tensors);
}

type Bare = z.infer<typeof contentSchema>['snapshots'][number];

/** The container of a run: its JSON and the vectors of its checkpoints. */
export const sealed = (content: string, tensors: ReadonlyMap<string, StoredTensor>): Uint8Array<ArrayBuffer> =>
  writeSafetensors({ tensors, metadata: { rollout: content, crc: checkSum(content, tensors) } });

/** CRC-32 over the text and all tensors in the order of their names. */
function checkSum(content: string, tensors: ReadonlyMap<string, StoredTensor>): string {
  const sums = [...tensors]
    .toSorted(([a], [b]) => (a < b ? -1 : 1))
    .map(([name, { data }]) => `${name} ${crc32(new Uint8Array(data.buffer, data.byteOffset, data.byteLength))}`);
  return crc32(new TextEncoder().encode([content, ...sums].join('\n'))).toString(16);
}

function container(bytes: Uint8Array): {
  content: z.infer<typeof contentSchema>;
  tensors: ReadonlyMap<string, StoredTensor>;
} {
  try {
    const { tensors, metadata } = readSafetensors(bytes);
    const { rollout, crc } = metadata;
    if (rollout === undefined) throw new RunFileError('it holds weights, but no run of this page');
    if (crc !== checkSum(rollout, tensors)) throw new RunFileError('it was changed or damaged since it was saved');
    const result = contentSchema.safeParse(JSON.parse(rollout));
    if (!result.success)
      throw new RunFileError(
        result.error.issues
          .slice(0, 3)
          .map(({ path, message }) => `${path.join('.')}: ${message}`)
          .join('; '),
      );
    return { content: result.data, tensors };
  } catch (cause) {
    if (cause instanceof RunFileError) throw cause;
    throw new RunFileError(cause instanceof Error ? cause.message : String(cause), { cause });
  }
}

/** Whether an optimizer's vectors are as long as the parameters. */
const isWhole = (state: LearnerState): boolean =>
  Object.values(state).every(({ parameters, optimizer }) =>
    Object.values(optimizer).every(({ length }) => length === parameters.length),
  );

/** Slots, vectors and lengths of a state as one text. */
const layoutOf = (state: LearnerState): string =>
  [...vectorsOf(state)].map(([path, { length }]) => `${path} ${length}`).join();

function snapshotOf(bare: Bare, index: number, tensors: ReadonlyMap<string, StoredTensor>): RunSnapshot {
  const state = withVectors(bare.state, (path) => tensors.get(tensorName(index, path))?.data);
  const snapshot = readSnapshot({ ...bare, state });
  if (!snapshot) throw new RunFileError(`its checkpoint ${index + 1} is not whole`);
  return snapshot;
}

/** Decodes a run file. Throws RunFileError only, for any bytes. */
export function decodeRun(bytes: Uint8Array): WholeRun {
  if (bytes.length > LARGEST_FILE) throw new RunFileError('it is larger than any run of this page');
  if (!isSafetensors(bytes))
    throw new RunFileError('it is another kind of file; this page saves a run under a name that ends in .rollout');
  const { content, tensors } = container(bytes);
  const run = readRun(content.run);
  if (!run) throw new RunFileError('it names no run');
  if (!isReadable(run)) throw new RunFileError(run.reason);
  const snapshots = content.snapshots.map((bare, index) => snapshotOf(bare, index, tensors));
  const rows = content.rows.map(({ thin, ...row }): Row => (thin ? { ...row, thin } : row));
  const ascends = (steps: readonly number[]) =>
    steps.every((step, index) => step <= run.steps && step > (steps[index - 1] ?? -1));
  if (!ascends(rows.map(({ step }) => step)) || !ascends(snapshots.map(({ step }) => step)))
    throw new RunFileError('its steps are out of order');
  if (
    !snapshots.every(({ state }) => isWhole(state)) ||
    new Set(snapshots.map(({ state }) => layoutOf(state))).size > 1
  )
    throw new RunFileError('its checkpoints do not fit together');
  const code = JSON.stringify(codeOf(run.config));
  if ([run.initial, ...snapshots.map(({ config }) => config)].some((config) => JSON.stringify(codeOf(config)) !== code))
    throw new RunFileError('its checkpoints were made with other code than it shows');
  return { run, rows, snapshots };
}
