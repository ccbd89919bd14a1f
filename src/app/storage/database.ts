/** @file The run database over IndexedDB: four tables, each operation in one transaction. */
import { Dexie, type Table } from 'dexie';
import { within } from '../../lib/within.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { keptSteps } from './checkpoints.ts';
import { readRows, readRun, readSnapshot, namedFilesOf, namedTasksOf } from './reading.ts';
import { isReadable, type KeptRun, type UnreadableRun } from './schema.ts';
import { type RunDatabase, StorageError, type StorageTrouble } from './storage.ts';

/** Rows read per task, so that a long run does not block the page. */
const PAGE = 200;

class Tables extends Dexie {
  readonly runs!: Table<unknown, string>;
  readonly rows!: Table<{ readonly runId: string; readonly step: number; readonly row: unknown }, [string, number]>;
  readonly checkpoints!: Table<
    { readonly runId: string; readonly step: number; readonly snapshot: unknown },
    [string, number]
  >;
  /** Rollout files, data files and texts of checkers, which several runs may name. */
  readonly rollouts!: Table<{ readonly sha256: string; readonly bytes: unknown }, string>;

  constructor(name: string) {
    super(name);
    this.version(1).stores({ runs: 'id', rows: '[runId+step]', checkpoints: '[runId+step]' });
    this.version(2).stores({ rollouts: 'sha256' });
  }
}

/** Milliseconds for one read or write; a busy machine takes a second for the largest checkpoint. */
const LIMIT = 20_000;

/** The StorageError for an error of the database; a failed transaction hides its cause one level down. */
function storageError(error: unknown, otherwise: StorageTrouble): StorageError {
  const causes = [
    error,
    error instanceof Error && 'inner' in error ? error.inner : null,
    error instanceof Error ? error.cause : null,
  ];
  const known = causes.find((cause) => cause instanceof StorageError);
  if (known) return known;
  const names = causes.map((part) => (part instanceof Error || part instanceof DOMException ? part.name : ''));
  const trouble = names.includes('QuotaExceededError') ? 'full' : otherwise;
  return new StorageError(trouble, error instanceof Error ? error.message : String(error), { cause: error });
}

const ofRun = (id: string, from = -Infinity, to = Infinity): [[string, number], [string, number]] => [
  [id, from],
  [id, to],
];

class Database implements RunDatabase {
  private closed: () => void = () => {};
  private isOpened = true;

  constructor(private readonly tables: Tables) {
    tables.on('close', () => {
      // A failed opening also fires this event.
      if (!this.isOpened) return;
      this.isOpened = false;
      // Dexie fires the event before the database can be opened again.
      queueMicrotask(() => this.closed());
    });
  }

  watch(closed: () => void): void {
    this.closed = closed;
  }

  /**
   * Runs the work and turns every error into a StorageError. A failed opening, as while data is being cleared, is tried
   * again.
   */
  private async guarded<T>(work: () => PromiseLike<T>): Promise<T> {
    const { tables } = this;
    const opened = async () => {
      if (!tables.isOpen()) await tables.open();
      this.isOpened = true;
      return work();
    };
    try {
      return await within(LIMIT, 'the storage of this browser gave no answer', opened());
    } catch (cause) {
      throw storageError(cause, 'broken');
    }
  }

  runs(): Promise<readonly (KeptRun | UnreadableRun)[]> {
    return this.guarded(async () => (await this.tables.runs.toArray()).flatMap((value) => readRun(value) ?? []));
  }

  commit(run: KeptRun, rows: readonly Row[], snapshot: RunSnapshot | null, begun = false): Promise<void> {
    const { tables } = this;
    return this.guarded(() =>
      tables.transaction('rw', tables.runs, tables.rows, tables.checkpoints, async () => {
        const before = begun ? tables.runs.where('id').equals(run.id).count() : 1;
        const line = tables.runs.put(run);
        for (let from = 0; from < rows.length; from += PAGE) {
          await tables.rows.bulkPut(
            rows.slice(from, from + PAGE).map((row) => ({ runId: run.id, step: row.step, row })),
          );
        }
        // A run that continued from an earlier step has other steps after it.
        const gone = [tables.rows, tables.checkpoints].map((table) =>
          table
            .where('[runId+step]')
            .between(...ofRun(run.id, run.steps), false, true)
            .delete(),
        );
        // Requested together: waiting for each in turn would be slower than the steps of a busy page.
        await Promise.all([line, ...gone, ...(snapshot ? [this.keepCheckpoint(run.id, snapshot)] : [])]);
        if ((await before) === 0) throw new StorageError('lost', 'the run is no longer there');
      }),
    );
  }

  private async keepCheckpoint(runId: string, snapshot: RunSnapshot): Promise<void> {
    await this.tables.checkpoints.put({ runId, step: snapshot.step, snapshot });
    const steps = await this.stepsOf(runId);
    const kept = new Set(keptSteps(steps));
    await this.tables.checkpoints.bulkDelete(
      steps.filter((step) => !kept.has(step)).map((step): [string, number] => [runId, step]),
    );
  }

  checkpointSteps(id: string): Promise<readonly number[]> {
    return this.guarded(() => this.stepsOf(id));
  }

  private async stepsOf(id: string): Promise<readonly number[]> {
    const keys = await this.tables.checkpoints
      .where('[runId+step]')
      .between(...ofRun(id))
      .primaryKeys();
    return keys.map(([, step]) => step);
  }

  async snapshot(id: string, atMost: number): Promise<RunSnapshot | null> {
    const steps = (await this.checkpointSteps(id)).filter((step) => step <= atMost);
    for (const step of steps.toReversed()) {
      const found = await this.guarded(() => this.tables.checkpoints.get([id, step]));
      const snapshot = readSnapshot(found?.snapshot);
      // A damaged snapshot is skipped: an older one and a longer replay lead to the same step.
      if (snapshot) return snapshot;
    }
    return null;
  }

  async rows(id: string): Promise<readonly Row[]> {
    const rows: Row[] = [];
    for (let from = -Infinity; ;) {
      const page = await this.guarded(() =>
        this.tables.rows
          .where('[runId+step]')
          .between(...ofRun(id, from), false, true)
          .limit(PAGE)
          .toArray(),
      );
      rows.push(...readRows(page.map(({ row }) => row)));
      const last = page.at(-1);
      if (!last || page.length < PAGE) return rows;
      from = last.step;
      // Consecutive reads without a pause would be one long task.
      await new Promise((resume) => void setTimeout(resume));
    }
  }

  change(id: string, changes: Partial<KeptRun>): Promise<void> {
    const { tables } = this;
    return this.guarded(() =>
      tables.transaction('rw', tables.runs, async () => {
        const run = readRun(await tables.runs.get(id));
        if (run && isReadable(run)) await tables.runs.put({ ...run, ...changes });
      }),
    );
  }

  remove(id: string, inUse: readonly string[] = []): Promise<void> {
    const { tables } = this;
    return this.guarded(() =>
      tables.transaction('rw', tables.runs, tables.rows, tables.checkpoints, tables.rollouts, async () => {
        await tables.runs.delete(id);
        await tables.rows
          .where('[runId+step]')
          .between(...ofRun(id))
          .delete();
        await tables.checkpoints
          .where('[runId+step]')
          .between(...ofRun(id))
          .delete();
        await this.dropFiles(inUse);
      }),
    );
  }

  tasks(): Promise<readonly string[]> {
    return this.guarded(async () => [...new Set((await this.tables.runs.toArray()).flatMap(namedTasksOf))]);
  }

  async file(sha256: string): Promise<Uint8Array | null> {
    const bytes = (await this.guarded(() => this.tables.rollouts.get(sha256)))?.bytes;
    return bytes instanceof Uint8Array ? bytes : null;
  }

  keepFile(sha256: string, bytes: Uint8Array, inUse: readonly string[]): Promise<void> {
    const { tables } = this;
    return this.guarded(() =>
      tables.transaction('rw', tables.runs, tables.rollouts, async () => {
        await this.dropFiles([...inUse, sha256]);
        await tables.rollouts.put({ sha256, bytes });
      }),
    );
  }

  /** Deletes the files that neither a kept run nor `inUse` names; must run in a transaction. */
  private async dropFiles(inUse: readonly string[]): Promise<void> {
    const kept = await this.tables.rollouts.toCollection().primaryKeys();
    if (kept.length === 0) return;
    const named = new Set([...inUse, ...(await this.tables.runs.toArray()).flatMap(namedFilesOf)]);
    await this.tables.rollouts.bulkDelete(kept.filter((sha256) => !named.has(sha256)));
  }

  close(): void {
    this.closed = () => {};
    this.tables.close();
  }
}

/**
 * Opens the database, also one that another version of the page extended. Throws StorageError where the browser stores
 * nothing; may never answer.
 */
export async function openDatabase(name = 'rollout'): Promise<RunDatabase> {
  const tables = new Tables(name);
  try {
    await tables.open();
  } catch (cause) {
    throw storageError(cause, 'refused');
  }
  return new Database(tables);
}
