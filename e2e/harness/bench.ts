/**
 * @file The page's functions for the bench: the product's own trainer in its worker, and times that the trainer's clock
 * misses.
 */
import { detectBackend, type Detection } from '../../src/engine/runtime/index.ts';
import { createWebGpuRuntime } from '../../src/engine/runtime/webgpu.ts';
import { present } from '../../src/lib/assert.ts';
import { quantile } from '../../src/lib/statistics.ts';
import type { TrainConfig } from '../../src/rl/config/config.ts';
import { GpuLearner } from '../../src/rl/learner/gpuLearner.ts';
import type { OpenOptions, RunInfo, StepReport } from '../../src/rl/run/trainer.ts';
import { createWorkerTrainer } from '../../src/worker/client.ts';
import type { RemoteTrainer } from '../../src/worker/remoteTrainer.ts';
import { gradientBatch, midRunState, type Size, sized } from './specs.ts';
import { policySlot } from '../../src/rl/words/slots.ts';

let worker: RemoteTrainer | null = null;

const trainer = () => present(worker, 'an open trainer').trainer;

/** Starts the worker layer as the page does, with the policy beside this page. */
export function openTrainer(config: TrainConfig, options: OpenOptions): Promise<RunInfo> {
  worker = createWorkerTrainer();
  return trainer().open(config, options);
}

export const trainStep = (): Promise<StepReport> => trainer().step();

export const trainerStatistics = (): Promise<Readonly<Record<string, number>>> => trainer().statistics();

export async function closeTrainer(): Promise<void> {
  await trainer().dispose();
  worker?.terminate();
  worker = null;
}

/** The graphics adapter of this browser, or why there is none. */
export const adapter = (): Promise<Detection> => detectBackend();

/** Milliseconds of work that the trainer only enqueues, so that its own clock misses it. */
export interface EnqueuedMilliseconds {
  /** Merging the adapter into the weights, once per rollout. */
  readonly merge: number;
  readonly score: number;
}

/** Median of three bursts of `runs` times `work`, per run, without the read-back that waits for the device. */
async function settledMilliseconds(
  runs: number,
  work: () => Promise<unknown>,
  wait: () => Promise<unknown>,
): Promise<number> {
  const burst = async (count: number): Promise<number> => {
    const start = performance.now();
    for (let i = 0; i < count; i++) await work();
    await wait();
    return performance.now() - start;
  };
  await burst(1);
  const single: number[] = [];
  for (let i = 0; i < 3; i++) single.push(((await burst(runs + 1)) - (await burst(1))) / runs);
  return quantile(single, 0.5);
}

/** Time to merge and score `rows` completions; more `runs` resolve shorter times. */
export async function enqueuedMilliseconds(size: Size, rows: number, runs: number): Promise<EnqueuedMilliseconds> {
  const run = sized(size, rows);
  const learner = await GpuLearner.create(await createWebGpuRuntime(), run.spec, 1);
  try {
    await learner.restore({ [policySlot]: midRunState(run) });
    const batch = gradientBatch(run, rows);
    const wait = () => learner.state();
    return {
      merge: await settledMilliseconds(runs, () => learner.merge(policySlot), wait),
      score: await settledMilliseconds(runs, () => learner.score(batch), wait),
    };
  } finally {
    await learner.dispose();
  }
}
