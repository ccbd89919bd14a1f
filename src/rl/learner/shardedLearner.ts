/**
 * @file A learner whose work is cut into shards of a fixed size and spread over lanes; which lane takes which shard
 * changes no bit.
 */
import { assert } from '../../lib/assert.ts';
import { initialAdapter, adapterLayout } from '../../policy/lora.ts';
import { decodeCheckpoint } from '../../policy/checkpoint.ts';
import { random } from '../../lib/random.ts';
import type { Sampled } from '../../policy/sampler.ts';
import { arrayShard, rowsOf } from './feeds.ts';
import type { GradientResult, Lane, LaneInfo } from './lane.ts';
import {
  columnsOf,
  type Learner,
  type LearnerInfo,
  type LearnerSpec,
  type LearnerState,
  type UpdateRates,
} from './learner.ts';
import type {
  GradientBatch,
  Reading,
  ReadPolicy,
  RolloutBatch,
  TokenBatch,
  TokenStatistics,
} from '../trajectory/tokens.ts';

/** The state a run starts from: a fresh adapter, which leaves the base as it is. */
export function initialState(spec: Pick<LearnerSpec, 'checkpoint' | 'lora'>, seed: number): LearnerState {
  const layout = adapterLayout(decodeCheckpoint(spec.checkpoint).config, spec.lora);
  const zeros = () => new Float32Array(layout.size);
  return {
    adapter: initialAdapter(layout, random(seed, 'adapter')),
    firstMoment: zeros(),
    secondMoment: zeros(),
    updates: 0,
  };
}

/** Shards [shardSize, perRow] joined; rows beyond the last are cut off. */
export function joinedRows(
  shards: readonly Float32Array[],
  rows: number,
  perRow: number,
  shardSize: number,
): Float32Array {
  const whole = new Float32Array(rows * perRow);
  shards.forEach((shard, i) =>
    whole.set(shard.subarray(0, Math.min(shardSize, rows - i * shardSize) * perRow), i * shardSize * perRow),
  );
  return whole;
}

/** Shards joined by name; arrays are [rows, columns] or [rows, columns, V], rows beyond the last are cut off. */
export function joinReadings(shards: readonly Reading[], rows: number, columns: number, shardSize: number): Reading {
  const joined = (perRow: number, pick: (shard: Reading) => Float32Array | undefined): Float32Array =>
    joinedRows(
      shards.map((shard) => pick(shard) ?? new Float32Array(0)),
      rows,
      perRow,
      shardSize,
    );
  const distribution = shards[0]?.logDistribution;
  return {
    logProbs: joined(columns, (shard) => shard.logProbs),
    entropy: joined(columns, (shard) => shard.entropy),
    ...(shards[0]?.values ? { values: joined(columns, (shard) => shard.values) } : {}),
    ...(distribution
      ? { logDistribution: joined(distribution.length / shardSize, (shard) => shard.logDistribution) }
      : {}),
  };
}

export class ShardedLearner implements Learner {
  private gathered: Float32Array | null = null;
  private references: Float32Array[] = [];
  private before: Float32Array | null = null;
  private readonly joining = new Set<Lane>();
  /** Pieces of work that were asked for, and those in flight. */
  private asked = 0;
  private running = 0;
  private disposed = false;

  private constructor(
    private readonly lanes: Lane[],
    private readonly spec: LearnerSpec,
    readonly info: LearnerInfo,
    private current: LearnerState,
    readonly lost: Promise<string>,
  ) {}

  /**
   * Opens the spec on every lane. The lanes belong to the learner from then on; `workers` is how many there will be
   * when the last has joined.
   */
  static async create(
    lanes: readonly Lane[],
    spec: LearnerSpec,
    seed: number,
    lost: Promise<string>,
    workers = lanes.length,
  ): Promise<ShardedLearner> {
    assert(lanes.length > 0, 'lanes: at least one is needed');
    const infos = await Promise.all(lanes.map((lane) => lane.open(spec)));
    const { backend, description, special, adapterSize } = infos[0] as LaneInfo;
    const info = { backend, description, workers, special, adapterSize };
    return new ShardedLearner([...lanes], spec, info, initialState(spec, seed), lost);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Opens the spec on one more lane, which belongs to the learner at once and takes shards as soon as it is open. */
  async join(lane: Lane): Promise<void> {
    this.joining.add(lane);
    await lane.open(this.spec);
    this.joining.delete(lane);
    this.lanes.push(lane);
  }

  /**
   * Resolves when whoever opened the learner waits for nothing: its first update is made, or nothing was asked of it
   * for `rest` milliseconds. False once the learner is disposed.
   */
  async settled(rest: number): Promise<boolean> {
    let before = -1;
    while (!this.disposed && this.current.updates === 0 && (this.running > 0 || this.asked !== before)) {
      before = this.asked;
      await new Promise((resolve) => void setTimeout(resolve, rest));
    }
    return !this.disposed;
  }

  async sample(batch: RolloutBatch): Promise<Sampled> {
    const { shardSize, completionLength } = this.spec;
    const rows = batch.prompts.length;
    const adapter = batch.policy === 'base' ? new Float32Array(this.info.adapterSize) : this.current.adapter;
    const parts = await this.spread(rows, (lane, start) =>
      lane.sample({
        prompts: batch.prompts.slice(start, start + shardSize),
        uniforms: rowsOf(batch.uniforms, completionLength, start, shardSize),
        temperature: batch.temperature,
        adapter,
      }),
    );
    const whole = {
      tokenIds: new Int32Array(rows * completionLength),
      logProbs: new Float32Array(rows * completionLength),
      lengths: new Int32Array(rows),
    };
    parts.forEach((part, i) => {
      const count = Math.min(shardSize, rows - i * shardSize);
      whole.tokenIds.set(part.tokenIds.subarray(0, count * completionLength), i * shardSize * completionLength);
      whole.logProbs.set(part.logProbs.subarray(0, count * completionLength), i * shardSize * completionLength);
      whole.lengths.set(part.lengths.subarray(0, count), i * shardSize);
    });
    return whole;
  }

  async read(batch: TokenBatch, policy: ReadPolicy, whole = false): Promise<Reading> {
    const adapter =
      policy === 'base'
        ? new Float32Array(this.info.adapterSize)
        : policy === 'before'
          ? this.before
          : this.current.adapter;
    assert(adapter, 'read: no adapter was kept');
    const parts = await this.spread(batch.rows, (lane, start) =>
      lane.read({ ...this.tokenJob(batch, start), adapter, whole }),
    );
    return joinReadings(parts, batch.rows, columnsOf(this.spec), this.spec.shardSize);
  }

  async values(batch: TokenBatch): Promise<Float32Array> {
    const parts = await this.spread(batch.rows, (lane, start) =>
      lane.values({ ...this.tokenJob(batch, start), adapter: this.current.adapter }),
    );
    return joinedRows(parts, batch.rows, columnsOf(this.spec) + 1, this.spec.shardSize);
  }

  async score(batch: TokenBatch): Promise<void> {
    this.references = await this.spread(batch.rows, (lane, start) => lane.score(this.tokenJob(batch, start)));
  }

  async gradient(batch: GradientBatch): Promise<TokenStatistics> {
    const { shardSize } = this.spec;
    const columns = columnsOf(this.spec);
    assert(this.references.length === Math.ceil(batch.rows / shardSize), 'gradient: the batch was not scored');
    const results = await this.spread(batch.rows, (lane, start) => {
      return lane.gradient({
        ...this.tokenJob(batch, start),
        adapter: this.current.adapter,
        refLogDistribution: this.references[start / shardSize] as Float32Array,
        arrays: arrayShard(batch, columns, start, shardSize),
        settings: batch.settings,
      });
    });
    this.gather(results);
    const join = (pick: (r: GradientResult) => Float32Array): Float32Array =>
      joinedRows(results.map(pick), batch.rows, columns, shardSize);
    return {
      loss: results.reduce((sum, r) => sum + r.loss, 0),
      logProbs: join((r) => r.logProbs),
      refLogProbs: join((r) => r.refLogProbs),
      entropy: join((r) => r.entropy),
      kl: join((r) => r.kl),
    };
  }

  async update(rates: UpdateRates): Promise<{ gradNorm: number }> {
    const gradient = this.gathered;
    assert(gradient, 'update: no gradient was gathered');
    this.gathered = null;
    const { state, gradNorm } = await (this.lanes[0] as Lane).update(this.current, gradient, rates);
    if (Number.isFinite(gradNorm)) this.current = state;
    return { gradNorm };
  }

  keep(): void {
    // An update makes new arrays and leaves these as they are.
    this.before = this.current.adapter;
  }

  get hasBefore(): boolean {
    return this.before !== null;
  }

  async state(): Promise<LearnerState> {
    return this.current;
  }

  async restore(state: LearnerState): Promise<void> {
    assert(
      state.adapter.length === this.info.adapterSize,
      `adapter: ${this.info.adapterSize} numbers are needed, not ${state.adapter.length}`,
    );
    this.current = state;
    this.before = null;
    this.gathered = null;
  }

  async statistics(): Promise<Record<string, number>> {
    const all = await Promise.all(this.lanes.map((lane) => lane.statistics()));
    const names = Object.keys(all[0] ?? {});
    return Object.fromEntries(names.map((name) => [name, all.reduce((sum, s) => sum + (s[name] ?? 0), 0)]));
  }

  async dispose(): Promise<void> {
    this.disposed = true;
    await Promise.all([...this.lanes, ...this.joining].map((lane) => lane.dispose()));
  }

  private tokenJob(batch: TokenBatch, start: number) {
    const { shardSize, promptLength, completionLength } = this.spec;
    return {
      tokenIds: rowsOf(batch.tokenIds, promptLength + completionLength, start, shardSize, this.info.special.padId),
      temperature: batch.temperature,
    };
  }

  /** Adds up in the order of the shards, whatever order they came back in. */
  private gather(results: readonly GradientResult[]): void {
    const total = this.gathered ?? new Float32Array(this.info.adapterSize);
    for (const { gradient } of results)
      for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (gradient[i] as number);
    this.gathered = total;
  }

  /**
   * Hands shards to lanes as they become free; results stand in the order of the shards. A failure is told only when
   * every lane has put down its shard, since a lane takes one at a time and the next step may begin at once.
   */
  private async spread<T>(rows: number, work: (lane: Lane, start: number) => Promise<T>): Promise<T[]> {
    const { shardSize } = this.spec;
    const count = Math.ceil(rows / shardSize);
    const results: T[] = [];
    let next = 0;
    const failures: unknown[] = [];
    this.asked++;
    this.running++;
    await Promise.all(
      this.lanes.map(async (lane) => {
        while (next < count && failures.length === 0) {
          const shard = next++;
          try {
            results[shard] = await work(lane, shard * shardSize);
          } catch (error) {
            failures.push(error);
          }
        }
      }),
    );
    this.running--;
    if (failures.length > 0) throw failures[0];
    return results;
  }
}
