/** @file Learner specs of two sizes and batches for them, the same on every backend. */
import { random } from '../../src/lib/random.ts';
import { encodeCheckpoint, quantizeWeights } from '../../src/policy/checkpoint.ts';
import type { PolicyConfig } from '../../src/policy/config.ts';
import { adapterLayout } from '../../src/policy/lora.ts';
import { loraTargets } from '../../src/policy/loraConfig.ts';
import type { Segment } from '../../src/policy/parameters.ts';
import { characterTokenizer } from '../../src/policy/tokenizer.ts';
import { presetConfig } from '../../src/rl/config/presets.ts';
import { columnsOf, type LearnerSpec } from '../../src/rl/learner/learner.ts';
import type { SlotState } from '../../src/rl/learner/state.ts';
import { policySlot } from '../../src/rl/words/slots.ts';
import type { GradientBatch, RolloutBatch } from '../../src/rl/trajectory/tokens.ts';
import { initialWeights, namedWeights } from '../../src/rl/pretraining/pretrainer.ts';
import { defaultRecipe } from '../../src/rl/pretraining/defaultRecipe.ts';
import { taskById } from '../../src/tasks/index.ts';

export type Size = 'tiny' | 'default';

export interface Sized {
  readonly policy: PolicyConfig;
  readonly spec: LearnerSpec;
  readonly segments: readonly Segment[];
}

const tokenizer = characterTokenizer();

const tinyPolicy: PolicyConfig = {
  vocabSize: tokenizer.vocabSize,
  dim: 32,
  layers: 2,
  heads: 2,
  kvHeads: 2,
  hiddenDim: 64,
  maxSequence: 32,
  ropeTheta: 10000,
  ropeInterleaved: false,
  normEps: 1e-5,
  tiedHead: false,
};

/** An untrained policy of that size, with `rows` in one shard. */
export function sized(size: Size, rows: number): Sized {
  const config = presetConfig('default');
  const { promptLength, completionLength } = tokenizer.tokenLengths(taskById(config.task).lengths(config.difficulty));
  const policy = size === 'tiny' ? tinyPolicy : defaultRecipe.policy;
  const weights = quantizeWeights(
    { config: policy, weights: namedWeights(policy, initialWeights(policy, 1)) },
    defaultRecipe.bits,
  );
  const provenance = { id: size, title: 'Untrained', date: '2026-01-01', mixture: {}, pretraining: {}, accuracies: {} };
  const rank = size === 'tiny' ? 2 : config.rank;
  const lora = { rank, alpha: 2 * rank, targets: loraTargets };
  const spec: LearnerSpec = {
    checkpoint: encodeCheckpoint({ ...weights, tokenizer: tokenizer.describe() }, provenance),
    slots: { [policySlot]: { set: { kind: 'lora', lora }, algorithm: { id: 'grpo' } } },
    shardSize: rows,
    microBatch: { rows, states: 512 },
    promptLength: size === 'tiny' ? 4 : promptLength,
    completionLength: size === 'tiny' ? 5 : completionLength,
  };
  return { policy, spec, segments: adapterLayout(policy, lora).segments };
}

const normals = (name: string, count: number, scale: number): Float32Array => {
  const stream = random(1, name);
  return Float32Array.from({ length: count }, () => scale * stream.normal());
};

/**
 * A state from the middle of a run: a non-zero adapter, no momentum (so that it shows the gradient) and a settled
 * second moment.
 */
export function midRunState({ segments }: Sized): SlotState {
  const last = segments.at(-1) as Segment;
  const size = last.offset + last.shape.reduce((a, b) => a * b, 1);
  return {
    parameters: normals('adapter', size, 0.1),
    optimizer: {
      firstMoment: new Float32Array(size),
      secondMoment: normals('spread', size, 0.01).map((x) => 1e-4 + x * x),
    },
    updates: 3,
  };
}

/** Prompts of different lengths, two rows each; with these uniforms one row of the tiny policy ends early. */
export function rolloutBatch({ spec, policy }: Sized, rows: number): RolloutBatch {
  const stream = random(2, 'rollout');
  const distinct = Array.from({ length: Math.ceil(rows / 2) }, () =>
    Array.from({ length: stream.integer(1, spec.promptLength) }, () => stream.integer(4, policy.vocabSize - 1)),
  );
  const draws = random(5, 'uniforms');
  const uniforms = Float32Array.from({ length: rows * spec.completionLength }, () => draws.uniform());
  return {
    prompts: Array.from({ length: rows }, (_, row) => distinct[row >> 1] as number[]),
    uniforms,
    temperature: 1,
    slot: policySlot,
  };
}

/** Random tokens, positive and negative advantages, ratios other than 1, and rows of different lengths. */
export function gradientBatch({ spec, policy }: Sized, rows: number): GradientBatch {
  const columns = columnsOf(spec);
  const stream = random(3, 'tokens');
  const length = spec.promptLength + spec.completionLength;
  const weights = new Float32Array(rows * columns);
  for (let row = 0; row < rows; row++)
    weights.fill(1 / (rows * columns), row * columns + spec.promptLength - 1, row * columns + columns - (row % 3));
  return {
    rows,
    temperature: 0.9,
    settings: { epsilon: 0.2, beta: 0.1 },
    tokenIds: Int32Array.from({ length: rows * length }, () => stream.integer(0, policy.vocabSize - 1)),
    arrays: {
      weights,
      mask: weights.map(Math.ceil),
      rewards: new Float32Array(rows * columns),
      oldLogProbs: normals('old', rows * columns, 0.2).map((x) => x - Math.log(policy.vocabSize)),
      advantages: normals('advantages', rows * columns, 1),
    },
  };
}
