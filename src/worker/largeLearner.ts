/** @file The learner of a large policy in the browser, whose code is loaded for one alone. */
import type { Runtime } from '../engine/runtime/runtime.ts';
import { largeDecoderOf } from '../rl/learner/layers/large.ts';
import type { Learner, LearnerSpec } from '../rl/learner/learner.ts';

/** A learner in layers if the policy of the spec needs it, else null. The runtime belongs to the learner. */
export async function createLargeLearner(runtime: Runtime, spec: LearnerSpec, seed: number): Promise<Learner | null> {
  const large = largeDecoderOf(spec);
  if (!large) return null;
  const { createLayerLearner } = await import('../rl/learner/layers/layerLearner.ts');
  return createLayerLearner(runtime, spec, seed, large);
}
