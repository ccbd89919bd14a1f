/**
 * @file A learner that splits work over lanes into shards and micro-batches, which do not depend on the lanes; results
 * do not depend on which lane takes which.
 */
import type { Rates } from '../../engine/optim/optimizer.ts';
import { assert } from '../../lib/assert.ts';
import type { GradientBatch, TokenStatistics } from '../trajectory/tokens.ts';
import { policySlot } from '../words/slots.ts';
import { initialState, type OpenedSpec, type OpenSpec, openSpec, slotSizes } from './feeds.ts';
import type { GradientResult, Lane, LaneInfo } from './jobs.ts';
import { type Learner, type LearnerInfo, type LearnerSpec } from './learner.ts';
import { joinStatistics, type Placed } from './shards.ts';
import { type Held, SlotLearner } from './slotLearner.ts';
import { type LearnerState, mapSlots } from './state.ts';

const heldOf = (state: LearnerState): [string, Held<Float32Array>][] =>
  Object.entries(state).map(([slot, held]) => [slot, { slot, ...held }]);

export class ShardedLearner extends SlotLearner<Float32Array, Lane> implements Learner {
  /** Gathered gradients by slot. */
  private readonly gathered = new Map<string, Float32Array>();
  private readonly neutrals = new Map<string, Float32Array>();
  private readonly joining = new Set<Lane>();
  /** Number of requests so far, and of those in flight. */
  private asked = 0;
  private running = 0;
  private disposed = false;

  private constructor(
    private readonly lanes: Lane[],
    opened: OpenedSpec,
    info: LearnerInfo,
    state: LearnerState,
    readonly lost: Promise<string>,
  ) {
    super(opened, info, new Map(heldOf(state)));
  }

  /**
   * Opens the spec on every lane. The learner owns the lanes from now on; `workers` counts lanes that join later too.
   */
  static async create(
    lanes: readonly Lane[],
    spec: LearnerSpec,
    seed: number,
    lost: Promise<string>,
    workers = lanes.length,
    openWith: OpenSpec = openSpec,
  ): Promise<ShardedLearner> {
    assert(lanes.length > 0, 'lanes: at least one is needed');
    const opened = openWith(spec);
    const [first] = await Promise.all(lanes.map((lane) => lane.open(spec)));
    const info = {
      ...(first as LaneInfo),
      workers,
      special: opened.decoder?.special ?? { padId: 0, endIds: [] },
      slots: slotSizes(opened),
    };
    return new ShardedLearner([...lanes], opened, info, initialState(opened, seed), lost);
  }

  get isDisposed(): boolean {
    return this.disposed;
  }

  /** Adds a lane, which the learner owns at once and uses once it is open. */
  async join(lane: Lane): Promise<void> {
    this.joining.add(lane);
    await lane.open(this.spec);
    this.joining.delete(lane);
    this.lanes.push(lane);
  }

  /** Resolves after the first update, or after `rest` milliseconds without work. False if the learner is disposed. */
  async settled(rest: number): Promise<boolean> {
    let before = -1;
    const isFresh = () => [...this.held.values()].every(({ updates }) => updates === 0);
    while (!this.disposed && isFresh() && (this.running > 0 || this.asked !== before)) {
      before = this.asked;
      await new Promise((resolve) => void setTimeout(resolve, rest));
    }
    return !this.disposed;
  }

  async gradient(batch: GradientBatch, slot = policySlot): Promise<TokenStatistics> {
    const { parameters } = this.trainable(slot);
    const results = await this.spread(
      this.gradientJobs(batch, slot),
      async (lane, { part, job }): Promise<Placed<GradientResult>> => [
        part,
        await lane.gradient({ slot, parameters, ...job }),
      ],
    );
    this.gather(
      slot,
      results.map(([, result]) => result),
    );
    return joinStatistics(results, this.extentOf(batch));
  }

  async update(rates: Rates, slot = policySlot): Promise<{ gradNorm: number }> {
    const gradient = this.gathered.get(slot);
    assert(gradient, 'update: no gradient was gathered');
    this.gathered.delete(slot);
    const { state, gradNorm } = await (this.lanes[0] as Lane).update(slot, this.trainable(slot), gradient, rates);
    // New arrays, since a snapshot may hold the old ones.
    if (Number.isFinite(gradNorm)) this.put({ [slot]: state });
    return { gradNorm };
  }

  async state(): Promise<LearnerState> {
    return mapSlots(Object.fromEntries(this.held), ({ parameters, optimizer, updates }) => ({
      parameters,
      optimizer,
      updates,
    }));
  }

  override async restore(state: LearnerState): Promise<void> {
    await super.restore(state);
    this.gathered.clear();
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

  protected put(state: LearnerState): void {
    for (const [slot, held] of heldOf(state)) this.held.set(slot, held);
  }

  protected neutral(slot: string): Float32Array {
    const set = this.opened.slots[slot]?.set;
    const vector = this.neutrals.get(slot) ?? set?.neutral?.() ?? new Float32Array(set?.size ?? 0);
    this.neutrals.set(slot, vector);
    return vector;
  }

  /** Sums in the order of the micro-batches, so that the result does not depend on timing. */
  private gather(slot: string, results: readonly GradientResult[]): void {
    const total = this.gathered.get(slot) ?? new Float32Array(this.trainable(slot).parameters.length);
    for (const { gradient } of results)
      for (let i = 0; i < total.length; i++) total[i] = (total[i] as number) + (gradient[i] as number);
    this.gathered.set(slot, total);
  }

  /**
   * Gives items to lanes as they become free; returns results in the order of the items. Rejects only after every lane
   * has finished its item: a lane takes one at a time, and the next step may begin at once.
   */
  protected async spread<I, T>(
    items: readonly I[],
    work: (lane: Lane, item: I, index: number) => Promise<T>,
  ): Promise<T[]> {
    const results: T[] = [];
    let next = 0;
    const failures: unknown[] = [];
    this.asked++;
    this.running++;
    await Promise.all(
      this.lanes.map(async (lane) => {
        while (next < items.length && failures.length === 0) {
          const index = next++;
          try {
            results[index] = await work(lane, items[index] as I, index);
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
