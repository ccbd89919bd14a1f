/** @file Which policies are learnt in layers. */
import { sizeOf } from '../../../engine/graph/index.ts';
import { type PolicyConfig, weightNames } from '../../../policy/config.ts';
import { MOST_UNPACKED } from '../../../policy/quantize.ts';
import { decoderOf, type DecoderWeights } from '../feeds.ts';
import type { LearnerSpec } from '../learner.ts';

/** Largest vocabulary whose distributions over a batch are held whole. */
const MOST_TOKENS = 16_384;
/** No policy that needs layers has a smaller file; it is not read a second time. */
const LEAST_BYTES = 4e6;

/** Whether a policy is too large for graphs that hold all of its layers, or distributions over its vocabulary. */
export const needsLayers = (config: PolicyConfig): boolean =>
  config.vocabSize > MOST_TOKENS ||
  weightNames(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0) > MOST_UNPACKED;

/** The decoder of a spec whose policy needs layers, else null. Throws the errors of `decodeCheckpoint`. */
export function largeDecoderOf(spec: LearnerSpec): DecoderWeights | null {
  const file = spec.checkpoint.length < LEAST_BYTES ? null : decoderOf(spec);
  return file && needsLayers(file.config) ? file : null;
}
