/** @file Shared by all learners: parameters by slot, batches split into shards, results joined. */
import type { Feeds } from '../../engine/runtime/runtime.ts';
import { assert } from '../../lib/assert.ts';
import type { Sampled } from '../../policy/sampler.ts';
import type { GradientBatch, Reading, RolloutBatch, TokenBatch } from '../trajectory/tokens.ts';
import { baseSlot, policySlot } from '../words/slots.ts';
import type { ScoreJob, ShardWork, Target } from './jobs.ts';
import { columnsOf, type LearnerInfo, type LearnerSpec } from './learner.ts';
import { arrayShard, joinedRows, joinReadings, joinSampled, rowsOf } from './shards.ts';
import { checkState, type LearnerState, mapSlots } from './state.ts';

/** The state of a slot where its graphs run. */
export interface Held<V> extends Target<V> {
  readonly optimizer: Readonly<Record<string, V>>;
  readonly updates: number;
}

export abstract class SlotLearner<V, W extends ShardWork<V>> {
  /** The base's distributions for the scored batch, by shard. */
  protected references: readonly Feeds[] = [];
  private readonly snapshots = new Map<string, Target<V>>();

  protected constructor(
    protected readonly spec: LearnerSpec,
    readonly info: LearnerInfo,
    /** By slot. */
    protected readonly held: Map<string, Held<V>>,
  ) {}

  /** Results of `work` on every shard, in their order. */
  protected abstract spread<T>(rows: number, work: (worker: W, start: number) => Promise<T>): Promise<T[]>;
  /** Parameters with which a slot of the spec equals the base. */
  protected abstract neutral(slot: string): V;
  /** Replaces the state of the named slots. */
  protected abstract put(state: LearnerState): void;
  /** Called for parameters that no snapshot needs any more. */
  protected released(_parameters: V): void {}

  async sample(batch: RolloutBatch): Promise<Sampled> {
    const { shardSize, completionLength } = this.spec;
    const target = this.target(batch.slot);
    const parts = await this.spread(batch.prompts.length, (worker, start) =>
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
    const parts = await this.spread(batch.rows, (worker, start) =>
      worker.read({ ...target, ...this.shardOf(batch, start), whole }),
    );
    return joinReadings(parts, batch.rows, this.spec.shardSize);
  }

  async values(batch: TokenBatch, slot = policySlot): Promise<Float32Array> {
    const target = this.target(slot);
    const parts = await this.spread(batch.rows, (worker, start) =>
      worker.values({ ...target, trajectory: this.shardOf(batch, start).trajectory }),
    );
    return joinedRows(parts, batch.rows, columnsOf(this.spec) + 1, this.spec.shardSize);
  }

  async score(batch: TokenBatch): Promise<void> {
    this.references = await this.spread(batch.rows, (worker, start) => worker.score(this.shardOf(batch, start)));
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

  /** The state of a slot; UsageError if it does not exist. */
  protected trainable(slot: string): Held<V> {
    const held = this.held.get(slot);
    assert(held, `slot: there is no ${slot} that is trained`);
    return held;
  }

  protected shardOf({ rows, tokenIds, trajectory, temperature }: TokenBatch, start: number): ScoreJob {
    const { shardSize, promptLength, completionLength } = this.spec;
    const { padId } = this.info.special;
    const leaves = trajectory
      ? mapSlots(trajectory, (leaf) => rowsOf(leaf, leaf.length / rows, start, shardSize))
      : { tokenIds: rowsOf(tokenIds, promptLength + completionLength, start, shardSize, padId) };
    return { trajectory: leaves, temperature };
  }

  /** A shard of the batch for a gradient pass; UsageError if the batch was not scored. */
  protected gradientJob(batch: GradientBatch, slot: string, start: number) {
    const { shardSize, slots } = this.spec;
    const isScored = this.references.length === Math.ceil(batch.rows / shardSize);
    const needed = slots[slot]?.reference ?? true;
    assert(isScored || !needed, 'gradient: the batch was not scored');
    const reference = needed ? this.references[start / shardSize] : undefined;
    return {
      ...this.shardOf(batch, start),
      ...(reference === undefined ? {} : { reference }),
      arrays: arrayShard(batch, columnsOf(this.spec), start, shardSize),
      settings: batch.settings,
    };
  }
}
