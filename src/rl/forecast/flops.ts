/** @file Operations of a policy's products, 2 for each weight and position; attention and norms are left out. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { Backend } from '../../engine/runtime/runtime.ts';
import { type PolicyConfig, type WeightSpec, weightNames } from '../../policy/config.ts';
import { GPU_STATES, LAYER_MICRO_BATCH } from '../learner/layers/sizes.ts';
import type { RunShape } from './runShape.ts';

const sum = (numbers: readonly number[]): number => numbers.reduce((total, number) => total + number, 0);

/** Linear weights of the blocks; the head is counted by itself, also where it is the embedding. */
export const linearWeights = (config: PolicyConfig): WeightSpec[] =>
  weightNames(config).filter(({ kind, name }) => kind === 'linear' && name !== 'head');

/** Numbers of an adapter on all linear weights of the blocks: A [in, rank] and B [rank, out]. */
export const adapterSize = (config: PolicyConfig, rank: number): number =>
  sum(linearWeights(config).map(({ shape: [inDim, outDim = 0] }) => rank * (inDim + outDim)));

/** Operations at one position, by part of the policy. */
function perPosition(config: PolicyConfig, rank: number) {
  const linear = linearWeights(config);
  const of = (specs: readonly WeightSpec[]) => 2 * sum(specs.map(({ shape }) => sizeOf(shape)));
  return {
    linear: of(linear),
    down: of(linear.filter(({ name }) => name.endsWith('.down'))),
    adapter: 2 * adapterSize(config, rank),
    head: 2 * config.dim * config.vocabSize,
  };
}

/**
 * Operations of a gradient at these positions. `needed`: forward, and backward to the states; an adapter also has
 * products for its own matrices; the head has logits of the policy and of its base, and one product for the derivative.
 * `done` adds the layers that are computed again, all but the last product of each.
 */
export function gradientFlops(config: PolicyConfig, positions: number, rank: number) {
  const { linear, down, adapter, head } = perPosition(config, rank);
  const needed = positions * (2 * linear + 3 * adapter + 3 * head);
  return { needed, done: needed + positions * (linear - down + adapter) };
}

/** States of a micro-batch in layers. */
export const statesOf = (run: RunShape, backend: Backend): number =>
  Math.min(
    backend === 'webgpu' ? GPU_STATES : LAYER_MICRO_BATCH.states,
    run.rows * (run.promptLength + run.completionLength - 1),
  );

/** Work of a step in which every completion has its full length. */
export interface StepWork {
  /** Operations of products. */
  readonly decode: number;
  readonly score: number;
  readonly gradient: number;
  /** Weights that a CPU unpacks from blocks, or copies: all of them for each token and pass. */
  readonly unpacked: number;
}

/** The work of a step of a policy in layers; `rows` are sampled together. */
export function stepWork(config: PolicyConfig, run: RunShape, backend: Backend, rows: number): StepWork {
  const { linear, adapter, head } = perPosition(config, run.rank);
  const { promptsPerStep, promptLength, completionLength, numIterations } = run;
  const states = promptsPerStep * (promptLength - 1) + run.rows * completionLength;
  const microBatches = Math.ceil(states / statesOf(run, backend));
  const positions = microBatches * statesOf(run, backend);
  const shards = Math.ceil(run.rows / rows);
  const prefilled = Math.max(promptsPerStep, shards) * (promptLength - 1);
  const sampled = shards * rows * completionLength;
  const passes = shards * (completionLength + 1) + microBatches * (1 + 2 * numIterations);
  return {
    decode: (prefilled + sampled) * (linear + adapter) + sampled * head,
    score: positions * (linear + adapter),
    gradient: numIterations * gradientFlops(config, positions, run.rank).done,
    unpacked: (passes * (linear + head)) / 2,
  };
}
