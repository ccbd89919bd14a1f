/** @file A learner on WASM in the browser: lane 0 in this worker, further lanes in workers of their own. */
import { createRuntime } from '../engine/runtime/index.ts';
import { type Lane, LocalLane } from '../rl/learner/lane.ts';
import type { Learner, LearnerSpec } from '../rl/learner/learner.ts';
import { ShardedLearner } from '../rl/learner/shardedLearner.ts';
import { workerPort } from './browserPort.ts';
import { lifelineName } from './lifeline.ts';
import { WorkerError } from './protocol.ts';
import { remoteLane, type RemoteLane } from './remoteLane.ts';

/** A lane in a worker of its own. */
function workerLane(index: number): RemoteLane {
  const name = lifelineName();
  const worker = new Worker(new URL('./lane.worker.ts', import.meta.url), { type: 'module', name });
  return remoteLane(workerPort(worker, name, `Worker ${index + 1} of the rollout`));
}

/** A learner over these lanes, which end with it or with its failure. */
async function learnerOver(remote: readonly RemoteLane[], spec: LearnerSpec, seed: number): Promise<Learner> {
  const lanes: Lane[] = remote.map(({ lane }) => lane);
  try {
    lanes.unshift(new LocalLane(await createRuntime('wasm')));
    return await ShardedLearner.create(lanes, spec, seed, Promise.race([new Promise<never>(() => {}), ...remote.map(({ lost }) => lost)]));
  } catch (error) {
    await Promise.allSettled(lanes.map((lane) => lane.dispose()));
    throw error;
  }
}

/** A learner with `count` lanes, or with the one in this thread where the browser gives a worker no workers (Safari before 16.4). */
export async function createWasmLearner(spec: LearnerSpec, seed: number, count: number): Promise<Learner> {
  if (count === 1 || typeof Worker === 'undefined') return learnerOver([], spec, seed);
  try {
    return await learnerOver(Array.from({ length: count - 1 }, (_, i) => workerLane(i + 1)), spec, seed);
  } catch (error) {
    if (error instanceof WorkerError && error.code === 'worker-died') return learnerOver([], spec, seed);
    throw error;
  }
}
