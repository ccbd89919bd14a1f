/** @file Writes the run in hand as it goes: every step with all its numbers, as a whole, and the newest checkpoint. */
import { SerialQueue } from '../../engine/runtime/queue.ts';
import { present } from '../../lib/assert.ts';
import { vectorsOf } from '../../rl/learner/state.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import type { RunState, RunStore } from '../stores/runStore.ts';
import { codeVersion } from '../version.ts';
import { RUN_FORMAT, type KeptRun } from './schema.ts';
import { type RunDatabase, StorageError } from './storage.ts';

/** What the keeper asks of the list of runs. */
export interface Ledger {
  /** The line of a run that is kept already. */
  find(id: string): KeptRun | undefined;
  /** Name and colour of a new one. */
  christen(id: string): Pick<KeptRun, 'name' | 'color'>;
  /**
   * Called after a write; `trouble` is null where it went well. After 'lost' the run is new to the keeper, and `settle`
   * writes all of it.
   */
  written(run: KeptRun, trouble: StorageError | null): void;
  preset(): string;
}

/** What of a run is in the database. */
interface Kept {
  readonly rows: Map<number, Row>;
  snapshot: RunSnapshot | null;
}

/** Characters of a row as JSON are about as many bytes as the database takes for it. */
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

/** What a run's line takes over from the one before, or begins with. */
type Look = Pick<KeptRun, 'name' | 'color' | 'preset'> & Partial<KeptRun>;

/** The line of a run as it stands. `added` is the number of bytes that come to those of the line before. */
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
    bytes: (before.bytes ?? 0) + added,
  };
}

/** A run is worth keeping from its first step on, and not while it only comes back to where it was. */
const isWorthKeeping = (state: RunState): boolean =>
  state.step > 0 && !state.replaying && state.info !== null && state.config !== null && state.initial !== null;

export class Keeper {
  private readonly queue = new SerialQueue();
  /** The newest state of each run that is not written yet: a run that is replaced is still written to its end. */
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
      const same =
        state.rows === before.rows &&
        state.checkpoint === before.checkpoint &&
        state.replaying === before.replaying &&
        state.info === before.info &&
        state.config === before.config;
      if (!same && isWorthKeeping(state)) this.want(state);
    });
  }

  /** Says what of a run is in the database, so that it is not written again. */
  knows(id: string, rows: readonly Row[]): void {
    this.kept.set(id, { rows: new Map(rows.map((row) => [row.step, row])), snapshot: null });
  }

  forget(id: string): void {
    this.kept.delete(id);
    this.waiting.delete(id);
  }

  /** Writes what could not be written before; resolves when all that is known is written or refused. */
  async settle(run: RunStore): Promise<void> {
    if (isWorthKeeping(run.getState())) this.want(run.getState());
    await this.queue.push(async () => {});
  }

  private want(state: RunState): void {
    const isNew = !this.waiting.has(state.key);
    this.waiting.set(state.key, state);
    // Steps that come while one is being written are written together.
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
      before ?? { ...this.ledger.christen(id), preset: this.ledger.preset() },
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
