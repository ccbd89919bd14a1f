/**
 * @file Lanes on Node for the command line and tests: several need threads of their own, since `run` there blocks the
 * one it is called in.
 */
import { Worker } from 'node:worker_threads';
import { createRuntime } from '../engine/runtime/index.ts';
import { assert } from '../lib/assert.ts';
import { type Lane, LocalLane } from '../rl/learner/lane.ts';
import { threadPort } from './nodePort.ts';
import { remoteLane, type RemoteLane } from './remoteLane.ts';

export interface NodeLanes {
  /** Whoever takes them disposes each, which ends its thread. */
  readonly lanes: readonly Lane[];
  /** Resolves with a sentence if a thread ends before its lane is disposed; never rejects. */
  readonly lost: Promise<string>;
}

/** A lane in a thread. */
function threadLane(backend: 'node' | 'wasm', index: number): RemoteLane {
  const worker = new Worker(new URL('./lane.node.mjs', import.meta.url), { workerData: { backend } });
  return remoteLane(threadPort(worker, `Lane ${index}`));
}

/**
 * `count` lanes: one works in this thread, more in a thread each. Throws RuntimeError 'unavailable' where the backend
 * cannot be loaded.
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
