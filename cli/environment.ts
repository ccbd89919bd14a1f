/** @file The trainer's environment on Node: policies from files, lanes on onnxruntime-node or on WASM. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { totalmem } from 'node:os';
import { join, resolve } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createRuntime } from '../src/engine/runtime/index.ts';
import { assert, UsageError } from '../src/lib/assert.ts';
import { sha256Hex } from '../src/lib/sha256.ts';
import { type Checkpoint, decodeCheckpoint } from '../src/policy/checkpoint.ts';
import { CheckpointError } from '../src/policy/safetensors.ts';
import { fittingShardSize, type Limit } from '../src/rl/forecast/fit.ts';
import { isLarge, largeDecoderOf } from '../src/rl/learner/layers/large.ts';
import { createLayerLearner } from '../src/rl/learner/layers/layerLearner.ts';
import type { Learner, LearnerSpec } from '../src/rl/learner/learner.ts';
import { ShardedLearner } from '../src/rl/learner/shardedLearner.ts';
import type { TrainerEnvironment } from '../src/rl/run/localTrainer.ts';
import { CheckerError } from '../src/rl/sandbox/script.ts';
import { decodeStore } from '../src/rl/store/storeFile.ts';
import { createNodeSandbox } from '../src/worker/nodeSandbox.ts';
import { createNodeLanes } from '../src/worker/nodeLanes.ts';

/** Backends of the command line; it has no GPU backend. */
export const backends = ['node', 'wasm'] as const;
export type CliBackend = (typeof backends)[number];

const policyFolder = fileURLToPath(new URL('../public/policies/', import.meta.url));
const EXTENSION = '.safetensors';

export const shippedPolicyPath = (id: string): string => join(policyFolder, `${id}${EXTENSION}`);

export function shippedPolicies(): string[] {
  if (!existsSync(policyFolder)) return [];
  return readdirSync(policyFolder)
    .filter((name) => name.endsWith(EXTENSION))
    .map((name) => name.slice(0, -EXTENSION.length))
    .sort();
}

/** A file's bytes, or a UsageError that names the flag and the path. */
export function readInput(flag: string, path: string): Uint8Array {
  try {
    return new Uint8Array(readFileSync(path));
  } catch (cause) {
    throw new UsageError(`${flag}: ${path} cannot be read: ${cause instanceof Error ? cause.message : String(cause)}`, {
      cause,
    });
  }
}

/** The result of `read`; a CheckpointError becomes a UsageError that also names the flag and the path. */
export function inFile<T>(flag: string, path: string, read: () => T): T {
  try {
    return read();
  } catch (cause) {
    if (cause instanceof CheckpointError) throw new UsageError(`${flag} ${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

/** The result of `read`; its UsageError, or that of a checker's code, then also names the flag and the path. */
export async function usageIn<T>(flag: string, path: string, read: () => T | Promise<T>): Promise<T> {
  try {
    return await read();
  } catch (cause) {
    if (cause instanceof UsageError || cause instanceof CheckerError)
      throw new UsageError(`${flag} ${path}: ${cause.message}`, { cause });
    throw cause;
  }
}

export interface LoadedPolicy {
  readonly bytes: Uint8Array;
  readonly checkpoint: Checkpoint;
}

/** The policy of `--policy`, or of `flag`: the id of a shipped one, or a path. UsageError that names the flag. */
export function loadPolicyFile(policy: string, flag = '--policy'): LoadedPolicy {
  const isId = /^[a-z0-9-]+$/.test(policy);
  const path = isId ? shippedPolicyPath(policy) : resolve(policy);
  assert(
    !isId || existsSync(path),
    `${flag}: there is no "${policy}"; choose ${[...shippedPolicies(), 'the path of a .safetensors file'].join(', ')}`,
  );
  const bytes = readInput(flag, path);
  return { bytes, checkpoint: inFile(flag, path, () => decodeCheckpoint(bytes, true)) };
}

/** A learner with `workers` lanes on the backend; for a large policy, one in layers with that many threads. */
export async function createLearner(
  spec: LearnerSpec,
  seed: number,
  backend: CliBackend,
  workers: number,
): Promise<Learner> {
  const large = largeDecoderOf(spec);
  if (large) {
    const runtime = await createRuntime(backend, { threads: workers, returnsMemory: true });
    return createLayerLearner(runtime, spec, seed, large).catch(async (error: unknown) => {
      await runtime.dispose();
      throw error;
    });
  }
  const { lanes, lost } = await createNodeLanes(workers, backend);
  try {
    return await ShardedLearner.create(lanes, spec, seed, lost);
  } catch (error) {
    // Remaining threads would keep the process alive.
    await Promise.allSettled(lanes.map((lane) => lane.dispose()));
    throw error;
  }
}

/** A store of rollouts, read from its file. */
export interface StoreFile {
  readonly path: string;
  readonly text: string;
  /** SHA-256 of the file, in hexadecimal. */
  readonly sha256: string;
}

/** The store in the file of `--offline`. */
export function loadStore(path: string): StoreFile {
  const bytes = readInput('--offline', path);
  return { path, text: new TextDecoder().decode(bytes), sha256: sha256Hex(bytes) };
}

/** The memory of this machine. */
export const machineLimit = (): Limit => ({ bytes: totalmem(), tensor: Infinity, of: 'this machine' });

/** An environment in which every policy id means the given file; an offline run learns from `store` if given. */
export function nodeEnvironment(policy: LoadedPolicy, store?: StoreFile): TrainerEnvironment {
  return {
    async loadPolicy(_id, progress) {
      progress(policy.bytes.length, policy.bytes.length);
      return policy.bytes;
    },
    async createLearner(spec, seed, { backend, workers }, stepRows) {
      assert(
        backend === 'node' || backend === 'wasm',
        `backend: the command line has ${backends.join(' and ')}, not ${backend}`,
      );
      assert(workers !== 'auto', 'workers: a number is needed');
      const shardSize = isLarge(spec) ? fittingShardSize(spec, backend, stepRows, machineLimit()) : spec.shardSize;
      return {
        learner: await createLearner({ ...spec, shardSize }, seed, backend, workers),
        ...(shardSize === spec.shardSize ? {} : { shardSize }),
      };
    },
    now: () => performance.now(),
    createSandbox: () => createNodeSandbox(),
    ...(store ? { givenRollouts: (run) => usageIn('--offline', store.path, () => decodeStore(store.text, run)) } : {}),
  };
}
