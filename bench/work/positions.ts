/** @file Positions that Rollout computes, counted in the runs of its graphs; on Node, where they are as in a browser. */
import { loadPolicyFile, nodeEnvironment } from '../../cli/environment.ts';
import { createRuntime } from '../../src/engine/runtime/index.ts';
import type { Runtime } from '../../src/engine/runtime/runtime.ts';
import { LocalLane } from '../../src/rl/learner/lane.ts';
import { ShardedLearner } from '../../src/rl/learner/shardedLearner.ts';
import { LocalTrainer } from '../../src/rl/run/localTrainer.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import { decodeBatch, extent, trainBatch } from './batches.ts';
import { endlessCheckpoint, midRunState } from './model.ts';
import { benchSpec, stepConfig } from './spec.ts';
import { STEPS } from './steps.ts';

/** Positions by name of the graph. */
export type Positions = Readonly<Record<string, number>>;

/** The runtime, which adds to `counts` the token ids of every run by the graph's name. */
function counting(runtime: Runtime, counts: Map<string, number>): Runtime {
  return new Proxy(runtime, {
    get(target, name) {
      const found: unknown = Reflect.get(target, name);
      if (name !== 'compile') return typeof found === 'function' ? found.bind(target) : found;
      return async (...args: Parameters<Runtime['compile']>) => {
        const program = await target.compile(...args);
        const run: typeof program.run = (feeds, into) => {
          const ids = feeds.tokenIds ?? feeds.tokenId;
          const count = ids?.shape.reduce((a, b) => a * b, 1) ?? 0;
          counts.set(program.name, (counts.get(program.name) ?? 0) + count);
          return program.run(feeds, into);
        };
        return { name: program.name, inputs: program.inputs, run, dispose: () => program.dispose() };
      };
    },
  });
}

const positive = (counts: Map<string, number>, per: number): Positions =>
  Object.fromEntries([...counts].flatMap(([name, count]) => (count > 0 ? [[name, Math.round(count / per)]] : [])));

/**
 * Of a gradient of the batch whose rows share nothing, of a decoding, and of a whole step, the mean over the recorded
 * steps.
 */
export async function countPositions(): Promise<Readonly<Record<'train' | 'decode' | 'step', Positions>>> {
  const policy = loadPolicyFile('default');
  const counts = new Map<string, number>();
  const lane = async () => new LocalLane(counting(await createRuntime('node'), counts));
  const never = new Promise<string>(() => {});
  const spec = benchSpec(endlessCheckpoint(policy.checkpoint));
  const learner = await ShardedLearner.create([await lane()], spec, 1, never);
  await learner.restore({ [policySlot]: midRunState(policy.checkpoint) });
  const { config } = policy.checkpoint;
  await learner.gradient(trainBatch(config));
  const train = positive(counts, 1);
  counts.clear();
  await learner.sample(decodeBatch(config, 1, 1));
  const decode = positive(counts, 1);
  await learner.dispose();
  const trainer = new LocalTrainer({
    ...nodeEnvironment(policy),
    createLearner: async (run, seed) => ({ learner: await ShardedLearner.create([await lane()], run, seed, never) }),
  });
  try {
    await trainer.open(stepConfig(), { backend: 'node', workers: 1 });
    for (let step = 0; step < STEPS.first; step++) await trainer.step();
    counts.clear();
    for (let step = 0; step < STEPS.count; step++) await trainer.step();
    return { train, decode, step: positive(counts, STEPS.count) };
  } finally {
    await trainer.dispose();
  }
}

/** Positions of the batch, and of a step's rows with their padding, that the peers compute in a forward pass. */
export const paddedPositions = (step: { promptLength: number; completionLength: number }, rows: number) => ({
  train: extent.rows * (extent.length - 1),
  decode: extent.rows * extent.steps,
  step: rows * (step.promptLength + step.completionLength - 1),
});
