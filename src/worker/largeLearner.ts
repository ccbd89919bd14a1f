/** @file The learner of a large policy in the browser, whose code is loaded for one alone. */
import type { Backend, Runtime } from '../engine/runtime/runtime.ts';
import { isLarge, largeDecoderOf } from '../rl/learner/layers/large.ts';
import type { Learner, LearnerSpec } from '../rl/learner/learner.ts';

/** A learner in layers if the policy of the spec needs it, else null. The runtime belongs to the learner. */
export async function createLargeLearner(runtime: Runtime, spec: LearnerSpec, seed: number): Promise<Learner | null> {
  const large = largeDecoderOf(spec);
  if (!large) return null;
  const { createLayerLearner } = await import('../rl/learner/layers/layerLearner.ts');
  return createLayerLearner(runtime, spec, seed, large);
}

/** Rows of a shard whose cache fits into the memory of this browser: the spec's for a policy without layers. */
export async function fittingShard(spec: LearnerSpec, backend: Backend, stepRows: number): Promise<number> {
  if (!isLarge(spec)) return spec.shardSize;
  const [{ fittingShardSize }, { memoryLimit }] = await Promise.all([
    import('../rl/forecast/fit.ts'),
    import('./memoryLimit.ts'),
  ]);
  return fittingShardSize(spec, backend, stepRows, await memoryLimit(backend));
}
