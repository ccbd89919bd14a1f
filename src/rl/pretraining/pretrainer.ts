/** @file All weights of a base trained on demonstrations: a learner with the full set and the objective of SFT. */
import { adamWDefaults } from '../../engine/optim/adamw.ts';
import { warmupStableDecay } from '../../engine/optim/schedule.ts';
import type { Runtime } from '../../engine/runtime/runtime.ts';
import { present } from '../../lib/assert.ts';
import { random } from '../../lib/random.ts';
import { encodeCheckpoint } from '../../policy/checkpoint.ts';
import { type PolicyConfig, weightNames } from '../../policy/config.ts';
import { weightLayout } from '../../policy/parameters.ts';
import type { DenseWeight } from '../../policy/quantize.ts';
import type { Tokenizer } from '../../policy/tokenizer.ts';
import { LocalLane } from '../learner/lane.ts';
import type { Learner, LearnerSpec } from '../learner/learner.ts';
import { ShardedLearner } from '../learner/shardedLearner.ts';
import type { SlotState } from '../learner/state.ts';
import { policySlot } from '../words/slots.ts';
import { demonstrationBatch, longestDemonstration } from './demonstrations.ts';
import type { Recipe } from './recipe.ts';

/**
 * Norms 1; linear maps N(0, 1/in), scaled by 1/sqrt(2 layers) if they write into the residual stream (GPT-2); embedding
 * N(0, 0.02^2).
 */
export function initialWeights(config: PolicyConfig, seed: number): Float32Array {
  const { segments, size } = weightLayout(config);
  const flat = new Float32Array(size);
  const kinds = new Map(weightNames(config).map(({ name, kind }) => [name, kind]));
  for (const { name, offset, shape } of segments) {
    const count = shape.reduce((a, b) => a * b, 1);
    const kind = kinds.get(name);
    const residual = name.endsWith('.o') || name.endsWith('.down');
    const deviation =
      kind === 'embedding' ? 0.02 : (residual ? 1 / Math.sqrt(2 * config.layers) : 1) / Math.sqrt(shape[0] as number);
    const stream = random(seed, 'initial weights', name);
    for (let i = 0; i < count; i++) flat[offset + i] = kind === 'norm' ? 1 : stream.normal() * deviation;
  }
  return flat;
}

/** A learner of all weights, which starts from random ones. */
function pretrainingSpec(recipe: Recipe, tokenizer: Tokenizer, seed: number, length: number): LearnerSpec {
  const { id, title, policy, schedule } = recipe;
  const weights = namedWeights(policy, initialWeights(policy, seed));
  // Its date and facts are never read: the policy that is written states its own.
  const provenance = { id, title, date: '2000-01-01', mixture: {}, pretraining: {}, accuracies: {} };
  return {
    checkpoint: encodeCheckpoint({ config: policy, weights, tokenizer: tokenizer.describe() }, provenance),
    slots: {
      [policySlot]: {
        set: { kind: 'full' },
        algorithm: { id: 'sft' },
        optimizer: { ...adamWDefaults, weightDecay: schedule.weightDecay },
        reference: false,
      },
    },
    shardSize: schedule.batch,
    // All weights enter and all their gradients leave a run, so few large runs are faster.
    microBatch: { rows: schedule.batch, states: 512 },
    promptLength: 1,
    completionLength: length - 1,
  };
}

/** Trains a recipe from a seed; (recipe, seed) determines the losses on a machine, resumed or not. */
export class Pretrainer {
  private constructor(
    private readonly recipe: Recipe,
    private readonly tokenizer: Tokenizer,
    private readonly seed: number,
    private readonly learner: Learner,
    private readonly length: number,
    private step: number,
  ) {}

  /** Goes on from the state of an earlier run where there is one. The runtime stays the caller's. */
  static async create(
    runtime: Runtime,
    recipe: Recipe,
    tokenizer: Tokenizer,
    seed: number,
    resume?: SlotState,
  ): Promise<Pretrainer> {
    const length = longestDemonstration(recipe);
    const spec = pretrainingSpec(recipe, tokenizer, seed, length);
    const learner = await ShardedLearner.create([new LocalLane(runtime)], spec, seed, new Promise(() => {}));
    if (resume) await learner.restore({ [policySlot]: resume });
    return new Pretrainer(recipe, tokenizer, seed, learner, length, resume?.updates ?? 0);
  }

  /** One update; returns the mean loss per answer token in nats. Error if the gradient is not finite. */
  async update(): Promise<{ step: number; loss: number; gradNorm: number }> {
    const { learningRate, warmup, steps, decay, floor, batch, maxGradNorm } = this.recipe.schedule;
    const { tokenIds, weights } = demonstrationBatch(this.recipe, this.tokenizer, this.seed, this.step, this.length);
    const { loss } = await this.learner.gradient({
      rows: batch,
      tokenIds,
      temperature: 1,
      arrays: { weights },
      settings: {},
    });
    const rate = warmupStableDecay(learningRate, warmup, steps, decay, floor, this.step);
    const { gradNorm } = await this.learner.update({ learningRate: rate, maxGradNorm });
    if (!Number.isFinite(gradNorm)) throw new Error(`pretraining step ${this.step}: the gradient is not finite`);
    return { step: this.step++, loss, gradNorm };
  }

  /** All that the run needs to go on exactly where it stands; its updates are the steps done. */
  async state(): Promise<SlotState> {
    return present((await this.learner.state())[policySlot], 'the state of all weights');
  }
}

/** A flat parameter vector as named dense weights. */
export function namedWeights(config: PolicyConfig, flat: Float32Array): Map<string, DenseWeight> {
  return new Map(
    weightLayout(config).segments.map(({ name, offset, shape }) => {
      const size = shape.reduce((a, b) => a * b, 1);
      return [name, { kind: 'dense', shape, data: flat.slice(offset, offset + size) }];
    }),
  );
}
