/**
 * @file A training run between two steps in a file: a safetensors container of the vectors of its slots, with the
 * rest as JSON.
 */
import { createHash } from 'node:crypto';
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { z } from 'zod';
import { CheckpointError, readSafetensors, type StoredTensor, writeSafetensors } from '../src/policy/safetensors.ts';
import { bareState, bareStateSchema, vectorsOf, withVectors } from '../src/rl/learner/state.ts';
import { snapshotSchema } from '../src/rl/run/snapshot.ts';
import type { RunSnapshot } from '../src/rl/run/trainer.ts';
import { writeWhole } from './output.ts';
import { type StageResult, stageResultsSchema } from './stageResult.ts';
import type { KeptState, RunRequest, StepLine } from './trainRequest.ts';

export interface SavedTraining {
  readonly snapshot: RunSnapshot;
  /** The lines of the steps done. */
  readonly lines: readonly StepLine[];
  /** Seconds of training so far. */
  readonly seconds: number;
  /** Read-outs of the stages done, if there are any. */
  readonly stages?: readonly StageResult[];
}

/** 1: the state of one adapter, before there were slots. */
const VERSION = 2;

const stateSchema = z.strictObject({
  format: z.literal('rollout-training'),
  version: z.union([z.literal(1), z.literal(VERSION)]),
  /** Hash of everything that determines the run's numbers. */
  request: z.string(),
  snapshot: z.looseObject({ state: bareStateSchema }),
  lines: z.array(z.looseObject({ step: z.number().int().min(0) }).catchall(z.number())),
  seconds: z.number().min(0),
  stages: stageResultsSchema.exactOptional(),
});

/** SHA-256 of the bytes of floats. */
export const floatsHash = ({ buffer, byteOffset, byteLength }: Float32Array): string =>
  createHash('sha256')
    .update(new Uint8Array(buffer, byteOffset, byteLength))
    .digest('hex');

/**
 * Changes with every part of a request that influences a number of the run or of its summary, except times. `version`
 * is that of the program.
 */
export function requestHash(
  { preset, config, policy, backend, evalProblems, evalSamples, ood, retention, budget, store, init }: RunRequest,
  version: string,
): string {
  const all = [
    version,
    preset,
    config,
    policy.checkpoint.manifest.sha256,
    backend,
    evalProblems,
    evalSamples,
    ood ?? [],
    budget ?? {},
    store?.sha256 ?? null,
    ...(init ? [floatsHash(init)] : []),
    ...(retention ? ['retention'] : []),
  ];
  return createHash('sha256').update(JSON.stringify(all)).digest('hex').slice(0, 24);
}

/** Path of a run in the cache, by its hash. */
export const statePath = (request: string): string =>
  fileURLToPath(new URL(`../.cache/train/${request}.safetensors`, import.meta.url));

/** Writes the file atomically. Throws UsageError if it cannot be written. */
export const saveTraining = ({ path, request }: KeptState, saved: SavedTraining): void =>
  writeWhole('the training state', path, encodeTraining(request, saved));

/** The saved run, or null if there is none or `resume` is false. Throws CheckpointError for a damaged file. */
export const loadTraining = ({ path, request, resume }: KeptState): SavedTraining | null =>
  resume && existsSync(path) ? decodeTraining(request, new Uint8Array(readFileSync(path))) : null;

export function encodeTraining(
  request: string,
  { snapshot: { state, ...rest }, lines, seconds, stages }: SavedTraining,
): Uint8Array {
  const tensors = new Map(
    [...vectorsOf(state)].map(([path, data]): [string, StoredTensor] => [path, { shape: [data.length], data }]),
  );
  const training = {
    format: 'rollout-training',
    version: VERSION,
    request,
    snapshot: { ...rest, state: bareState(state) },
    lines,
    seconds,
    ...(stages ? { stages } : {}),
  };
  return writeSafetensors({ tensors, metadata: { training: JSON.stringify(training) } });
}

const complaints = (error: z.ZodError): string =>
  error.issues
    .slice(0, 3)
    .map(({ path, message }) => `${path.join('.')}: ${message}`)
    .join('; ');

function readState(text: string | undefined): z.infer<typeof stateSchema> {
  let value: unknown;
  try {
    value = JSON.parse(text ?? '');
  } catch (cause) {
    throw new CheckpointError('training state: it has no header', { cause });
  }
  const result = stateSchema.safeParse(value);
  if (!result.success) throw new CheckpointError(`training state: ${complaints(result.error)}`);
  return result.data;
}

/**
 * Throws CheckpointError for a file of another request, or a damaged one. Whether it fits the policy is checked on
 * resuming.
 */
export function decodeTraining(request: string, bytes: Uint8Array): SavedTraining {
  const { tensors, metadata } = readSafetensors(bytes);
  const { snapshot: bare, lines, seconds, stages, request: of } = readState(metadata.training);
  if (of !== request)
    throw new CheckpointError('training state: it is of a run with other flags; start anew without --resume');
  const state = withVectors(bare.state, (path) => tensors.get(path)?.data);
  const snapshot = snapshotSchema.safeParse({ ...bare, state });
  if (!snapshot.success) throw new CheckpointError(`training state: snapshot: ${complaints(snapshot.error)}`);
  if (lines.length !== snapshot.data.step)
    throw new CheckpointError(`training state: ${lines.length} lines of ${snapshot.data.step} steps`);
  return {
    snapshot: snapshot.data,
    lines: lines as StepLine[],
    seconds,
    ...(stages ? { stages: stages as StageResult[] } : {}),
  };
}
