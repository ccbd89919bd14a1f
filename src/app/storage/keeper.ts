/**
 * @file Writes the current run while it trains: each step with all its numbers in one transaction, and the newest
 * checkpoint.
 */
import { SerialQueue } from '../../engine/runtime/queue.ts';
import { present } from '../../lib/assert.ts';
import { vectorsOf } from '../../rl/learner/state.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { codeVersion } from '../version.ts';
import { lastNumbers } from './lastNumbers.ts';
import { RUN_FORMAT, type KeptRun } from './schema.ts';
import { type RunDatabase, StorageError } from './storage.ts';

/** The part of the run list that the keeper needs. */
export interface Ledger {
  /** The entry of a kept run. */
  find(id: string): KeptRun | undefined;
  /** Name and colour of a new run. */
  newLook(id: string): Pick<KeptRun, 'name' | 'color'>;
  /**
   * Called after a write; `trouble` is null after success. After 'lost' the run counts as new, and `settle` writes all
   * of it.
   */
  written(run: KeptRun, trouble: StorageError | null): void;
  preset(): string;
}

/** The part of a run that is in the database. */
interface Kept {
  readonly rows: Map<number, Row>;
  snapshot: RunSnapshot | null;
}

/** A row takes about as many bytes in the database as characters as JSON. */
const sizeOf = (rows: readonly Row[]) => rows.reduce((sum, row) => sum + JSON.stringify(row).length, 0);
const sizeOfSnapshot = ({ state }: RunSnapshot) =>
  [...vectorsOf(state).values()].reduce((sum, { byteLength }) => sum + byteLength, 0);

const accuracies = (rows: readonly Row[]) => {
  const measured = rows.flatMap(({ step, values }) => {
    const value = values['eval/sampled'];
    return value === undefined ? [] : [{ step, value }];
  });
  const first = measured[0];
  return { baseAccuracy: first?.step === 0 ? first.value : null, finalAccuracy: measured.at(-1)?.value ?? null };
};

/** Fields that an entry keeps from the one before, or begins with. */
type Look = Pick<KeptRun, 'name' | 'color' | 'preset'> & Partial<KeptRun>;

/** The entry of a run in this state. `added`: bytes added since `before`. */
export function lineOf(state: RunState, before: Look, now: number, added: number): KeptRun {
  const { key: id, info, parent, step } = state;
  const { backend, policy } = present(info, 'an open run');
  return {
    format: RUN_FORMAT,
    id,
    name: before.name,
    color: before.color,
    parent,
    pinned: before.pinned ?? false,
    created: before.created ?? now,
    changed: now,
    codeVersion: before.codeVersion ?? codeVersion,
    preset: before.preset,
    config: present(state.config, 'a configuration'),
    initial: present(state.initial, 'a configuration'),
    ...(state.adjusted ? { adjusted: true } : {}),
    backend,
    policy: { ...policy },
    steps: step,
    ...accuracies(state.rows),
    last: lastNumbers(state.rows),
    bytes: (before.bytes ?? 0) + added,
  };
}

/** A run is kept from its first step on, and not during a replay. */
const isWorthKeeping = (state: RunState): boolean =>
  state.step > 0 && !state.replaying && state.info !== null && state.config !== null && state.initial !== null;

export class Keeper {
  private readonly queue = new SerialQueue();
  /** The newest unwritten state of each run: a run that is replaced is still written to its end. */
  private readonly waiting = new Map<string, RunState>();
  private readonly kept = new Map<string, Kept>();

  constructor(
    private readonly database: RunDatabase,
    private readonly ledger: Ledger,
    private readonly now: () => number = Date.now,
  ) {}

  /** Follows a run until the returned function is called. */
  follow(run: RunStore): () => void {
    return run.subscribe((state, before) => {
      if (state.key !== before.key) this.leave(before.key, run);
      const same =
        state.rows === before.rows &&
        state.checkpoint === before.checkpoint &&
        state.replaying === before.replaying &&
        state.info === before.info &&
        state.config === before.config;
      if (!same && isWorthKeeping(state)) this.want(state);
    });
  }

  /** Records rows that are in the database, so that they are not written again. */
  knows(id: string, rows: readonly Row[]): void {
    this.kept.set(id, { rows: new Map(rows.map((row) => [row.step, row])), snapshot: null });
  }

  /** Drops rows and snapshot of a run after its last write: a run that returns comes with `knows`. */
  private leave(id: string, run: RunStore): void {
    void this.queue.push(async () => {
      if (run.getState().key !== id) this.kept.delete(id);
    });
  }

  forget(id: string): void {
    this.kept.delete(id);
    this.waiting.delete(id);
  }

  /** Writes pending states; resolves when all are written or refused. */
  async settle(run: RunStore): Promise<void> {
    if (isWorthKeeping(run.getState())) this.want(run.getState());
    await this.queue.push(async () => {});
  }

  private want(state: RunState): void {
    const isNew = !this.waiting.has(state.key);
    this.waiting.set(state.key, state);
    // Steps that come during a write are written together.
    if (isNew) void this.queue.push(() => this.write(state.key));
  }

  private async write(id: string): Promise<void> {
    const state = this.waiting.get(id);
    this.waiting.delete(id);
    if (!state) return;
    const known: Kept = this.kept.get(id) ?? { rows: new Map(), snapshot: null };
    const rows = state.rows.filter((row) => known.rows.get(row.step) !== row);
    const snapshot = state.checkpoint === known.snapshot ? null : state.checkpoint;
    const before = this.ledger.find(id);
    const added = sizeOf(rows) + (snapshot ? sizeOfSnapshot(snapshot) : 0);
    const run = lineOf(
      state,
      before ?? { ...this.ledger.newLook(id), preset: this.ledger.preset() },
      this.now(),
      added,
    );
    try {
      await this.database.commit(run, rows, snapshot, known.rows.size > 0);
      for (const row of rows) known.rows.set(row.step, row);
      known.snapshot = snapshot ?? known.snapshot;
      this.kept.set(id, known);
      this.ledger.written(run, null);
    } catch (cause) {
      const trouble = cause instanceof StorageError ? cause : new StorageError('broken', String(cause), { cause });
      if (trouble.trouble === 'lost') this.kept.delete(id);
      this.ledger.written(run, trouble);
    }
  }
}
