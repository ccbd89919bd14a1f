/** @file Shared by all learners: parameters by slot, batches split into shards and micro-batches, results joined. */
import type { Feeds } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type {
  GradientBatch,
  Likeliest,
  LikeliestQuery,
  Reading,
  RolloutBatch,
  TokenBatch,
} from '../trajectory/tokens.ts';
import { baseSlot, policySlot } from '../words/slots.ts';
import type { OpenedSpec } from './feeds.ts';
import type { ShardWork, Target } from './jobs.ts';
import { columnsOf, type LearnerInfo, type LearnerSpec } from './learner.ts';
import { likeliestOf } from './likeliest.ts';
import { type MicroBatch, microBatches } from './microBatches.ts';
import { arraysAt, joinedRows, joinReadings, joinSampled, type Placed, rowsOf } from './shards.ts';
import { checkState, type LearnerState } from './state.ts';

/** The state of a slot where its graphs run. */
export interface Held<V> extends Target<V> {
  readonly optimizer: Readonly<Record<string, V>>;
  readonly updates: number;
}

export abstract class SlotLearner<V, W extends ShardWork<V>> {
  /** The reference's distributions for the scored batch, by micro-batch. */
  protected references: readonly Feeds[] = [];
  protected readonly spec: LearnerSpec;
  private readonly snapshots = new Map<string, Target<V>>();
  private planned: { readonly batch: TokenBatch; readonly parts: readonly MicroBatch[] } | null = null;

  protected constructor(
    protected readonly opened: OpenedSpec,
    readonly info: LearnerInfo,
    /** By slot. */
    protected readonly held: Map<string, Held<V>>,
  ) {
    this.spec = opened.spec;
  }

  /** Results of `work` on every item, in their order. */
  protected abstract spread<I, T>(
    items: readonly I[],
    work: (worker: W, item: I, index: number) => Promise<T>,
  ): Promise<T[]>;
  /** Parameters with which a slot of the spec equals the base. */
  protected abstract neutral(slot: string): V;
  /** Replaces the state of the named slots. */
  protected abstract put(state: LearnerState): void;
  /** Called for parameters that no snapshot needs any more. */
  protected released(_parameters: V): void {}

  async sample(batch: RolloutBatch): Promise<Sampled> {
    const { shardSize, completionLength } = this.spec;
    const target = this.target(batch.slot);
    const parts = await this.spread(this.shardStarts(batch.prompts.length), (worker, start) =>
      worker.sample({
        ...target,
        prompts: batch.prompts.slice(start, start + shardSize),
        uniforms: rowsOf(batch.uniforms, completionLength, start, shardSize),
        temperature: batch.temperature,
      }),
    );
    return joinSampled(parts, batch.prompts.length, completionLength, shardSize);
  }

  async read(batch: TokenBatch, slot: string, whole = false): Promise<Reading> {
    const target = this.target(slot);
    const { temperature } = batch;
    const parts = this.partsOf(batch);
    const readings = await this.spread(parts, async (worker, part): Promise<Placed<Reading>> => [
      part,
      await worker.read({ ...target, ...this.anchor(), trajectory: part.trajectory, temperature, whole }),
    ]);
    return joinReadings(readings, this.extentOf(batch));
  }

  likeliest(query: LikeliestQuery): Promise<readonly Likeliest[]> {
    return likeliestOf(this, query);
  }

  async values({ rows, tokenIds }: TokenBatch, slot = policySlot): Promise<Float32Array> {
    const target = this.target(slot);
    const { shardSize } = this.spec;
    const width = columnsOf(this.spec) + 1;
    const parts = await this.spread(this.shardStarts(rows), (worker, start) =>
      worker.values({ ...target, tokenIds: rowsOf(tokenIds, width, start, shardSize, this.info.special.padId) }),
    );
    return joinedRows(parts, rows, width, shardSize);
  }

  async score(batch: TokenBatch): Promise<void> {
    const { temperature } = batch;
    this.references = await this.spread(this.partsOf(batch), (worker, { trajectory }) =>
      worker.score({ trajectory, temperature, ...this.anchor() }),
    );
  }

  snapshot(slot: string, as: string): void {
    assert(as !== baseSlot && !this.held.has(as), `snapshot: ${as} is a slot that is trained`);
    const before = this.snapshots.get(as);
    const { slot: of, parameters } = this.trainable(slot);
    this.snapshots.set(as, { slot: of, parameters });
    if (before) this.released(before.parameters);
  }

  has(slot: string): boolean {
    return slot === baseSlot || this.held.has(slot) || this.snapshots.has(slot);
  }

  async restore(state: LearnerState): Promise<void> {
    checkState(state, this.info.slots);
    const dropped = [...this.snapshots.values()];
    this.snapshots.clear();
    for (const { parameters } of dropped) this.released(parameters);
    this.put(state);
  }

  /** Number of slots and snapshots with these parameters. */
  protected holders(parameters: V): number {
    const all = [...this.held.values(), ...this.snapshots.values()];
    return all.filter((target) => target.parameters === parameters).length;
  }

  protected target(slot: string): Target<V> {
    const own = this.held.get(slot) ?? this.snapshots.get(slot);
    if (own) return { slot: own.slot, parameters: own.parameters };
    assert(slot === baseSlot, `slot: there is no ${slot}`);
    const of = policySlot in this.spec.slots ? policySlot : (Object.keys(this.spec.slots)[0] as string);
    return { slot: of, parameters: this.neutral(of) };
  }

  /** The parameters of the reference, if that is not the base. */
  protected anchor(): { readonly anchor?: Target<V> } {
    const { referenceSlot } = this.spec;
    return referenceSlot === undefined ? {} : { anchor: this.target(referenceSlot) };
  }

  /** The state of a slot; UsageError if it does not exist. */
  protected trainable(slot: string): Held<V> {
    const held = this.held.get(slot);
    assert(held, `slot: there is no ${slot} that is trained`);
    return held;
  }

  protected partsOf(batch: TokenBatch): readonly MicroBatch[] {
    if (this.planned?.batch !== batch) this.planned = { batch, parts: microBatches(this.opened, batch) };
    return this.planned.parts;
  }

  protected extentOf({ rows }: TokenBatch) {
    const [size, columns] = this.opened.policy.choices;
    return { rows, columns, size };
  }

  /** The jobs of a gradient pass, one for each micro-batch; UsageError if the batch was not scored. */
  protected gradientJobs(batch: GradientBatch, slot: string) {
    const { opened, references } = this;
    const parts = this.partsOf(batch);
    const needed = this.spec.slots[slot]?.reference ?? true;
    assert(references.length === parts.length || !needed, 'gradient: the batch was not scored');
    const [size, columns] = opened.policy.choices;
    return parts.map((part, i) => ({
      part,
      job: {
        trajectory: part.trajectory,
        temperature: batch.temperature,
        ...(needed ? { reference: references[i] as Feeds } : {}),
        arrays: arraysAt(batch, columns, part.rows, size),
        settings: batch.settings,
      },
    }));
  }

  private shardStarts(rows: number): number[] {
    const { shardSize } = this.spec;
    return Array.from({ length: Math.ceil(rows / shardSize) }, (_, shard) => shard * shardSize);
  }
}
