/** @file Sizes of the programs of a large decoder, and which policies are learnt in layers. */
import { sizeOf } from '../../../engine/graph/index.ts';
import { type PolicyConfig, weightNames } from '../../../policy/config.ts';
import { MOST_UNPACKED } from '../../../policy/quantize.ts';

/** Largest vocabulary whose distributions over a batch are held whole. */
const MOST_TOKENS = 16_384;

/** Whether a policy is too large for graphs that hold all of its layers, or distributions over its vocabulary. */
export const needsLayers = (config: PolicyConfig): boolean =>
  config.vocabSize > MOST_TOKENS ||
  weightNames(config).reduce((sum, { shape }) => sum + sizeOf(shape), 0) > MOST_UNPACKED;

/**
 * Rows and states of a micro-batch on a CPU: more than whole graphs take, since every micro-batch unpacks all weights.
 */
export const LAYER_MICRO_BATCH = { rows: 64, states: 256 };

/** Most rows and distinct prefixes of one graph on the GPU; more only take memory. */
export const [MOST_GPU_ROWS, GPU_STATES] = [128, 512] as const;

/** Tokens of a part of the vocabulary: enough for fast products, 8 MB of logits for 1024 states. */
export const chunkOf = ({ vocabSize }: Pick<PolicyConfig, 'vocabSize'>): number =>
  Math.min(2048, Math.ceil(vocabSize / 2));
