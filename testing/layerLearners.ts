/** @file The same policy learnt in layers and whole, with an adapter away from zero. */
import type { Runtime } from '../src/engine/runtime/runtime.ts';
import { frozenParameters } from '../src/policy/parameters.ts';
import { type DecoderWeights, openDecoder } from '../src/rl/learner/feeds.ts';
import { LocalLane } from '../src/rl/learner/lane.ts';
import { createLayerLearner } from '../src/rl/learner/layers/layerLearner.ts';
import type { Learner, LearnerSpec } from '../src/rl/learner/learner.ts';
import { ShardedLearner } from '../src/rl/learner/shardedLearner.ts';
import { CHUNK } from './layers.ts';
import { adamState, policyOf } from './slots.ts';
import { randomAdapter } from './tinyPolicy.ts';

async function moved<T extends Learner>(learner: T): Promise<T> {
  const size = policyOf(await learner.state()).parameters.length;
  await learner.restore(adamState(randomAdapter(size, 2, 0.1), new Float32Array(size), new Float32Array(size), 0));
  return learner;
}

export const inLayers = async (runtime: Runtime, spec: LearnerSpec, file: DecoderWeights) =>
  moved(await createLayerLearner(runtime, spec, 1, file, CHUNK));

export async function whole(runtime: Runtime, spec: LearnerSpec, file: DecoderWeights) {
  const open = () => openDecoder(spec, file, frozenParameters(file.weights, 0), true);
  const lanes = [new LocalLane(runtime, open)];
  return moved(await ShardedLearner.create(lanes, spec, 1, new Promise(() => {}), 1, open));
}
