/**
 * @file Lanes on Node, for the command line and tests: each of several needs its own thread, since `run` blocks its
 * thread there.
 */
import { Worker } from 'node:worker_threads';
import { createRuntime } from '../engine/runtime/index.ts';
import { assert } from '../lib/assert.ts';
import type { Lane } from '../rl/learner/jobs.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import { threadPort } from './nodePort.ts';
import { remoteLane, type RemoteLane } from './remoteLane.ts';

export interface NodeLanes {
  /** The caller disposes each lane, which ends its thread. */
  readonly lanes: readonly Lane[];
  /** Resolves with a sentence if a thread ends before its lane is disposed; never rejects. */
  readonly lost: Promise<string>;
}

function threadLane(backend: 'node' | 'wasm', index: number): RemoteLane {
  const worker = new Worker(new URL('./lane.node.mjs', import.meta.url), { workerData: { backend } });
  return remoteLane(threadPort(worker, `Lane ${index}`));
}

/**
 * `count` lanes: a single one in this thread, several in a thread each. Throws RuntimeError 'unavailable' if the
 * backend cannot be loaded.
 */
export async function createNodeLanes(count: number, backend: 'node' | 'wasm'): Promise<NodeLanes> {
  assert(
    Number.isInteger(count) && count >= 1 && count <= 64,
    `lanes: a whole number from 1 to 64 is needed, not ${count}`,
  );
  if (count === 1) return { lanes: [new LocalLane(await createRuntime(backend))], lost: new Promise(() => {}) };
  const threads = Array.from({ length: count }, (_, index) => threadLane(backend, index));
  return { lanes: threads.map(({ lane }) => lane), lost: Promise.race(threads.map(({ lost }) => lost)) };
}
