/** @file The batches that every engine computes: a gradient over rows that share no prefix, and a decoding of rows. */
import { random } from '../../src/lib/random.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import type { GradientBatch, RolloutBatch } from '../../src/rl/trajectory/tokens.ts';
import { policySlot } from '../../src/rl/words/slots.ts';

/** Rows of each batch, tokens of a row to learn from, and tokens that a row decodes. */
export const extent = { rows: 64, length: 20, steps: 19 } as const;

export const rates = { learningRate: 1e-3, maxGradNorm: 1 } as const;

export const clip = 0.2;

/** Ids of ordinary characters begin here, behind the control tokens. */
const FIRST_CHARACTER = 3;

/**
 * Token ids [rows, length] whose first tokens all differ: no two rows share a prefix, so an engine that computes equal
 * prefixes once computes every position too. Every next token has a weight, and advantages of both signs.
 */
export function trainBatch({ vocabSize }: PolicyConfig): GradientBatch {
  const { rows, length } = extent;
  const columns = length - 1;
  const stream = random('bench', 'train');
  const tokenIds = Int32Array.from({ length: rows * length }, (_, i) =>
    i % length === 0 ? (i / length) % vocabSize : stream.integer(FIRST_CHARACTER, vocabSize - 1),
  );
  const perToken = (value: () => number) => Float32Array.from({ length: rows * columns }, value);
  const perRow = Array.from({ length: rows }, () => stream.normal());
  return {
    rows,
    tokenIds,
    temperature: 1,
    settings: { epsilon: clip, beta: 0 },
    arrays: {
      mask: perToken(() => 1),
      weights: perToken(() => 1 / (rows * columns)),
      rewards: perToken(() => 0),
      advantages: Float32Array.from({ length: rows * columns }, (_, i) => perRow[Math.floor(i / columns)] as number),
      // Filled from the policy's own numbers, a little away from them, so that some ratios are clipped.
      oldLogProbs: perToken(() => 0),
    },
  };
}

/** Differences between the sampler's and the policy's log-probabilities, nats; one token in six is clipped. */
export const oldShifts = (count: number): Float32Array => {
  const stream = random('bench', 'old');
  return Float32Array.from({ length: count }, () => 0.15 * stream.normal());
};

/** Distinct prompts of one token, so that every computed position is a decoding step with a cache. */
export function decodeBatch({ vocabSize }: PolicyConfig, temperature: number, seed: number): RolloutBatch {
  const { rows, steps } = extent;
  const stream = random('bench', 'uniforms', seed);
  return {
    prompts: Array.from({ length: rows }, (_, row) => [row % vocabSize]),
    uniforms: Float32Array.from({ length: rows * steps }, () => stream.uniform()),
    temperature,
    slot: policySlot,
  };
}
