/** @file A learner on WASM in the browser: lane 0 in this worker, further lanes in workers of their own. */
import { compiledWasm, createRuntime } from '../engine/runtime/index.ts';
import { LocalLane } from '../rl/learner/lane.ts';
import type { Learner, LearnerSpec } from '../rl/learner/learner.ts';
import { ShardedLearner } from '../rl/learner/shardedLearner.ts';
import { workerPort } from './browserPort.ts';
import { errorData } from './errors.ts';
import { createLargeLearner } from './largeLearner.ts';
import { lifelineName } from './lifeline.ts';
import { openWorker } from './openWorker.ts';
import { remoteLane, type RemoteLane } from './remoteLane.ts';
import { withTurns } from './turn.ts';

/** Milliseconds of rest after which a learner gets its further lanes; see `ShardedLearner.settled`. */
const REST = 800;

const laneName = (index: number): string => `Worker ${index + 1} of the rollout`;

/** `module` is the compiled runtime of this thread, which the new one shares, or null if it has to load its own. */
function workerLane(index: number, module: WebAssembly.Module | null): RemoteLane {
  const name = lifelineName();
  const worker = openWorker(
    (Worker) => new Worker(new URL('./lane.worker.ts', import.meta.url), { type: 'module', name }),
  );
  worker.postMessage(module);
  return remoteLane(workerPort(worker, name, laneName(index)));
}

/**
 * Adds lanes up to `count`. Not at once: starting a lane takes as much CPU as a step, and on few cores the first step
 * would wait for it. The number of lanes changes no result.
 */
async function addLanes(learner: ShardedLearner, count: number, lose: (why: string) => void): Promise<void> {
  if (!(await learner.settled(REST))) return;
  const module = await compiledWasm();
  await Promise.all(
    Array.from({ length: count - 1 }, async (_, i) => {
      const { lane, lost } = workerLane(i + 1, module);
      void lost.then(lose);
      try {
        await learner.join(lane);
      } catch (error) {
        if (!learner.isDisposed) lose(`${laneName(i + 1)} could not be started: ${errorData(error).message}`);
      }
    }),
  );
}

/**
 * A learner with `count` lanes, or with the one in this thread if workers cannot start workers (Safari before 16.4);
 * for a large policy, one in layers.
 */
export async function createWasmLearner(spec: LearnerSpec, seed: number, count: number): Promise<Learner> {
  const workers = typeof Worker === 'undefined' ? 1 : count;
  let lose: (why: string) => void = () => {};
  const lost = new Promise<string>((resolve) => {
    lose = resolve;
  });
  const runtime = await createRuntime('wasm');
  const lane = new LocalLane(runtime);
  try {
    // In this thread alone, since each lane would hold all weights.
    const large = await createLargeLearner(runtime, spec, seed);
    if (large) return large;
    const learner = await ShardedLearner.create([workers > 1 ? withTurns(lane) : lane], spec, seed, lost, workers);
    if (workers > 1) void addLanes(learner, workers, lose);
    return learner;
  } catch (error) {
    await lane.dispose();
    throw error;
  }
}
