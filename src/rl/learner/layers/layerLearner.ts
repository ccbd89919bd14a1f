/** @file The learner of a large decoder, whose graphs hold one layer or one part of the vocabulary at a time. */
import type { Runtime } from '../../../engine/runtime/runtime.ts';
import { inputParameters } from '../../../policy/parameters.ts';
import { decoderOf, type DecoderWeights, openDecoder } from '../feeds.ts';
import { GpuLearner } from '../gpuLearner.ts';
import type { LearnerSpec } from '../learner.ts';
import { LayerShards } from './layerShards.ts';
import { LAYER_MICRO_BATCH } from './sizes.ts';

/**
 * Opens the spec on any runtime, which belongs to the learner from then on; `file` is the spec's policy file unless
 * given, `chunk` the number of tokens in a part of the vocabulary. UsageError for slots that need whole distributions,
 * a critic or all weights.
 */
export function createLayerLearner(
  runtime: Runtime,
  spec: LearnerSpec,
  seed: number,
  file: DecoderWeights = decoderOf(spec),
  chunk?: number,
): Promise<GpuLearner> {
  const base = inputParameters(file.weights, runtime.backend === 'webgpu');
  const opened = openDecoder({ microBatch: LAYER_MICRO_BATCH, ...spec }, file, base, true);
  return GpuLearner.over(runtime, opened, new LayerShards(runtime, opened, chunk), seed);
}
