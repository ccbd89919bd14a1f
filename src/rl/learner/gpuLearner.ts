/** @file A learner on one runtime that keeps slots, gradients and references on the device. */
import { sizeOf } from '../../engine/graph/index.ts';
import type { Rates } from '../../engine/optim/optimizer.ts';
import type { DeviceTensor, Program, Runtime } from '../../engine/runtime/runtime.ts';
import { assert, present } from '../../lib/assert.ts';
import { bindWeights } from '../../policy/boundWeights.ts';
import { fedParameters } from '../../policy/parameters.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type {
  GradientBatch,
  Likeliest,
  LikeliestQuery,
  RolloutBatch,
  TokenBatch,
  TokenStatistics,
} from '../trajectory/tokens.ts';
import { policySlot } from '../words/slots.ts';
import { initialState, floats, openSpec, type OpenedSlot, type OpenedSpec, rateFeeds, slotSizes } from './feeds.ts';
import { type DeviceShards, GpuShards, unpackedStatistics } from './gpuShards.ts';
import type { GpuVectors } from './gpuVectors.ts';
import { type Learner, type LearnerInfo, type LearnerSpec } from './learner.ts';
import { joinStatistics, type Placed } from './shards.ts';
import { type Held, SlotLearner } from './slotLearner.ts';
import { type LearnerState, mapSlots, type SlotState } from './state.ts';

/** The gradient of a slot, summed over micro-batches since its last update. */
interface Gathered {
  readonly vector: DeviceTensor;
  isEmpty: boolean;
  norm: number;
}

export class GpuLearner extends SlotLearner<DeviceTensor, DeviceShards> implements Learner {
  protected override references: readonly Readonly<Record<string, DeviceTensor>>[] = [];
  readonly lost: Promise<string>;
  private readonly gathered = new Map<string, Gathered>();
  private readonly vectors: GpuVectors;

  private constructor(
    private readonly runtime: Runtime,
    opened: OpenedSpec,
    private readonly shards: DeviceShards,
    info: LearnerInfo,
    held: Map<string, Held<DeviceTensor>>,
  ) {
    super(opened, info, held);
    this.vectors = shards.vectors;
    this.lost = runtime.lost.then(({ reason, message }) => `The GPU device was lost (${reason}): ${message}`);
  }

  /**
   * Opens the spec on a runtime, which belongs to the learner from then on. Throws UsageError for a spec that cannot be
   * run.
   */
  static async create(device: Runtime, spec: LearnerSpec, seed: number): Promise<GpuLearner> {
    const opened = openSpec(spec, fedParameters);
    const { weights } = present(opened.decoder, 'the policy of the spec');
    const runtime = bindWeights(device, weights);
    return GpuLearner.over(runtime, opened, new GpuShards(runtime, opened), seed);
  }

  /** A learner on shards of an opened spec; runtime and shards belong to it. */
  static async over(runtime: Runtime, opened: OpenedSpec, shards: DeviceShards, seed: number): Promise<GpuLearner> {
    const { special } = present(opened.decoder, 'the policy of the spec');
    await shards.prepare();
    const { backend, description } = runtime;
    const info = { backend, description, workers: 1, special, slots: slotSizes(opened) };
    const upload = (data: Float32Array) => runtime.upload(floats(data, data.length));
    const held = Object.entries(initialState(opened, seed)).map(
      ([slot, { parameters, optimizer, updates }]): [string, Held<DeviceTensor>] => [
        slot,
        { slot, parameters: upload(parameters), optimizer: mapSlots(optimizer, upload), updates },
      ],
    );
    return new GpuLearner(runtime, opened, shards, info, new Map(held));
  }

  /** All compiled programs, for the bench and the placement test. */
  compiledPrograms(): readonly Program[] {
    return this.shards.compiled();
  }

  /** Merges a slot's parameters into the weights of its rollouts; `sample` does it first. */
  merge(slot: string): Promise<void> {
    return this.shards.use(this.target(slot));
  }

  override async sample(batch: RolloutBatch): Promise<Sampled> {
    await this.merge(batch.slot);
    return super.sample(batch);
  }

  override async likeliest(query: LikeliestQuery): Promise<readonly Likeliest[]> {
    if (!this.shards.likeliest) return super.likeliest(query);
    const [part] = this.partsOf(query.batch);
    const { trajectory } = present(part, 'a column to read');
    const { temperature } = query.batch;
    return this.shards.likeliest({
      ...query,
      trajectory,
      temperature,
      targets: query.slots.map((slot) => this.target(slot)),
    });
  }

  override async score(batch: TokenBatch): Promise<void> {
    for (const tensor of this.references.flatMap((reference) => Object.values(reference))) tensor.dispose();
    const references: Readonly<Record<string, DeviceTensor>>[] = [];
    // Assigned first, so that those of earlier shards are disposed even if a later shard fails.
    this.references = references;
    const { temperature } = batch;
    await this.spread(this.partsOf(batch), async (shards, { trajectory }) => {
      references.push(await shards.score({ trajectory, temperature, ...this.anchor() }));
    });
  }

  async gradient(batch: GradientBatch, slot = policySlot): Promise<TokenStatistics> {
    const { parameters } = this.trainable(slot);
    const size = sizeOf(parameters.shape);
    const gathered = this.gatheredOf(slot, size);
    const outputs: DeviceTensor[] = [];
    try {
      const jobs = this.gradientJobs(batch, slot);
      await this.spread(jobs, async (shards, { job }) => {
        const from = gathered.isEmpty ? this.vectors.zeros(size) : gathered.vector;
        outputs.push(await shards.gather({ slot, parameters, ...job }, from, gathered.vector));
        gathered.isEmpty = false;
      });
      const read = (await Promise.all(outputs.map((statistics) => statistics.read()))) as Float32Array[];
      gathered.norm = read.at(-1)?.at(-1) ?? NaN;
      const unpacked = jobs.map(({ part }, i): Placed<ReturnType<typeof unpackedStatistics>> => [
        part,
        unpackedStatistics(this.opened, slot, read[i] as Float32Array),
      ]);
      return joinStatistics(unpacked, this.extentOf(batch));
    } catch (error) {
      gathered.isEmpty = true;
      throw error;
    } finally {
      for (const statistics of outputs) statistics.dispose();
    }
  }

  async update(rates: Rates, slot = policySlot): Promise<{ gradNorm: number }> {
    const held = this.trainable(slot);
    const gathered = this.gathered.get(slot);
    assert(gathered && !gathered.isEmpty, 'update: no gradient was gathered');
    gathered.isEmpty = true;
    const { parameters, optimizer, updates } = held;
    // A snapshot shares the vector of the parameters, so the first update after it writes into another one.
    const into = this.holders(parameters) > 1 ? this.vectors.take(sizeOf(parameters.shape)) : parameters;
    const scalars = rateFeeds((this.opened.slots[slot] as OpenedSlot).optimizer, rates, updates);
    // Read with the statistics, since a wait for it alone would cost as much.
    const { vector: gradient, norm: gradNorm } = gathered;
    await this.shards.update({ slot, parameters, optimizer, gradient, gradNorm, scalars }, into);
    // If the norm is not finite, the graph leaves the state unchanged.
    this.held.set(slot, { ...held, parameters: into, updates: updates + (Number.isFinite(gradNorm) ? 1 : 0) });
    return { gradNorm };
  }

  async state(): Promise<LearnerState> {
    const read = async (tensor: DeviceTensor) => (await tensor.read()) as Float32Array;
    const states = [...this.held].map(async ([slot, { parameters, optimizer, updates }]) => {
      const vectors = Object.entries(optimizer).map(async ([name, tensor]) => [name, await read(tensor)] as const);
      const state = {
        parameters: await read(parameters),
        optimizer: Object.fromEntries(await Promise.all(vectors)),
        updates,
      };
      return [slot, state] satisfies [string, SlotState];
    });
    return Object.fromEntries(await Promise.all(states));
  }

  override async restore(state: LearnerState): Promise<void> {
    await super.restore(state);
    for (const gathered of this.gathered.values()) gathered.isEmpty = true;
  }

  async statistics(): Promise<Record<string, number>> {
    return { ...this.runtime.statistics };
  }

  dispose(): Promise<void> {
    return this.runtime.dispose();
  }

  protected put(state: LearnerState): void {
    for (const [slot, { parameters, optimizer, updates }] of Object.entries(state)) {
      const held = this.trainable(slot);
      held.parameters.write(parameters);
      for (const [name, data] of Object.entries(optimizer)) present(held.optimizer[name], name).write(data);
      this.held.set(slot, { ...held, updates });
    }
  }

  protected async spread<I, T>(
    items: readonly I[],
    work: (shards: DeviceShards, item: I, index: number) => Promise<T>,
  ): Promise<T[]> {
    const results: T[] = [];
    for (const [index, item] of items.entries()) results.push(await work(this.shards, item, index));
    return results;
  }

  protected neutral(slot: string): DeviceTensor {
    const { set } = present(this.opened.slots[slot], `slot ${slot}`);
    return set.neutral ? this.vectors.constant(slot, set.neutral) : this.vectors.zeros(set.size);
  }

  protected override released(parameters: DeviceTensor): void {
    if (this.holders(parameters) === 0) this.vectors.free(parameters);
  }

  private gatheredOf(slot: string, size: number): Gathered {
    const gathered = this.gathered.get(slot) ?? { vector: this.vectors.take(size), isEmpty: true, norm: NaN };
    this.gathered.set(slot, gathered);
    return gathered;
  }
}
