/** @file Jobs on shards, their results, and the interface of a lane. */
import type { Rates } from '../../engine/optim/optimizer.ts';
import type { Backend, Feeds } from '../../engine/runtime/runtime.ts';
import type { Sampled, SampleRequest } from '../../policy/sampler.ts';
import type { GradientBatch, LikeliestQuery, Reading, TokenStatistics } from '../trajectory/tokens.ts';
import type { LearnerSpec } from './learner.ts';
import type { SlotState } from './state.ts';

/** Parameters where the graphs run, and the slot of the spec whose graphs take them. */
export interface Target<V> {
  readonly slot: string;
  readonly parameters: V;
}

/** The leaves of a micro-batch's trajectories by name; those of a `Forest` for a decoder. */
export type Leaves = Readonly<Record<string, Float32Array | Int32Array>>;

/** The trajectories of one micro-batch. */
export interface ScoreJob {
  readonly trajectory: Leaves;
  readonly temperature: number;
}

/** Trajectories with the parameters of the reference; the base if absent. */
export interface ReferenceJob<V = Float32Array> extends ScoreJob {
  readonly anchor?: Target<V>;
}

/** Sequences, and the slot that reads them. */
export interface ReadJob<V = Float32Array> extends ReferenceJob<V>, Target<V> {
  /** Whether to return whole distributions. */
  readonly whole: boolean;
}

/** The micro-batch of one row, the columns whose next tokens are asked for, and the slots. */
export interface LikeliestJob<V> extends ScoreJob, Pick<LikeliestQuery, 'columns' | 'count'> {
  readonly targets: readonly Target<V>[];
}

/** Whole rows of tokens; values are [shardSize, T] like these. */
export interface ValuesJob<V = Float32Array> extends Target<V> {
  readonly tokenIds: Int32Array;
}

export interface SampleJob<V = Float32Array> extends Omit<SampleRequest, 'adapter'>, Target<V> {}

/** Work on one shard or micro-batch without side effects. V is a flat vector: an array or a device tensor. */
export interface ShardWork<V = Float32Array> {
  sample(job: SampleJob<V>): Promise<Sampled>;
  read(job: ReadJob<V>): Promise<Reading>;
  values(job: ValuesJob<V>): Promise<Float32Array>;
  /** The reference's distributions of the choices, as feeds of the gradient graph. */
  score(job: ReferenceJob<V>): Promise<Feeds>;
}

export interface LaneInfo {
  readonly backend: Backend;
  readonly description: string;
}

/** One micro-batch; next-token arrays are [B, C]. */
export interface GradientJob extends ScoreJob, Target<Float32Array> {
  /** From `score`; absent if the slot has no reference. */
  readonly reference?: Feeds;
  readonly arrays: GradientBatch['arrays'];
  readonly settings: GradientBatch['settings'];
}

export interface GradientResult extends Pick<TokenStatistics, 'loss' | 'logProbs' | 'entropy'> {
  readonly gradient: Float32Array;
  /** Only if the slot has a reference. */
  readonly refLogProbs?: Float32Array;
  readonly kl?: Float32Array;
}

/** One lane; all methods take and return plain data, so that it can live in a worker. */
export interface Lane extends ShardWork {
  open(spec: LearnerSpec): Promise<LaneInfo>;
  gradient(job: GradientJob): Promise<GradientResult>;
  update(
    slot: string,
    state: SlotState,
    gradient: Float32Array,
    rates: Rates,
  ): Promise<{ state: SlotState; gradNorm: number }>;
  statistics(): Promise<Record<string, number>>;
  dispose(): Promise<void>;
}
