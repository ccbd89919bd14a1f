import 'fake-indexeddb/auto';
import { Dexie } from 'dexie';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import type { RunSnapshot } from '../../rl/run/trainer.ts';
import type { Row } from '../../ui/charts/series.ts';
import { keptSteps, MOST_CHECKPOINTS } from './checkpoints.ts';
import { openDatabase } from './database.ts';
import { isReadable, RUN_FORMAT, type KeptRun } from './schema.ts';
import type { RunDatabase } from './storage.ts';
import { adamState, movedPolicy } from '../../../testing/slots.ts';

vi.mock('react', () => ({}));

const run = (steps: number, changes: Partial<KeptRun> = {}): KeptRun => ({
  format: RUN_FORMAT,
  id: 'aaaaaaaa11111111',
  name: 'calm-otter',
  color: 0,
  pinned: false,
  created: 1,
  changed: 2,
  codeVersion: '0',
  preset: 'default',
  config: defaultConfig,
  initial: defaultConfig,
  backend: 'wasm',
  policy: { id: 'default', parameters: 1, bytes: 1, bits: 4, manifest: {} },
  steps,
  baseAccuracy: 0.4,
  finalAccuracy: null,
  parent: null,
  bytes: 10,
  ...changes,
});
const row = (step: number): Row => ({
  step,
  values: { reward: step / 10, entropy: 1 / (step + 1) },
  ranges: { reward: [0, 1] },
});
const rows = (from: number, to: number) => Array.from({ length: to - from + 1 }, (_, index) => row(from + index));

function snapshot(step: number): RunSnapshot {
  const vector = Float32Array.of(step, -step, 0.5);
  return {
    config: defaultConfig,
    policyHash: 'hash',
    step,
    tokens: step,
    memory: { klCoefficient: step },
    state: adamState(vector, vector, vector, step),
  };
}

let names = 0;
let name: string;
let database: RunDatabase;

beforeEach(async () => {
  name = `test-${names++}`;
  database = await openDatabase(name);
});

afterEach(() => {
  vi.restoreAllMocks();
  database.close();
});

describe('rollout files', () => {
  const [a, b, c] = ['a', 'b', 'c'].map((digit) => digit.repeat(64)) as [string, string, string];
  const learning = (rolloutFile: string) => ({ ...defaultConfig, rollouts: 'offline', rolloutFile });

  it('are kept byte by byte while a run or the page names them', async () => {
    await database.commit(run(1, { config: learning(a), initial: learning(a) }), rows(1, 1), null);
    await database.keepFile(a, Uint8Array.of(1, 2, 3), []);
    await database.keepFile(b, Uint8Array.of(4), []);
    await database.keepFile(c, Uint8Array.of(5), [b]);
    expect(await Promise.all([a, b, c].map((sha256) => database.file(sha256)))).toEqual([
      Uint8Array.of(1, 2, 3),
      Uint8Array.of(4),
      Uint8Array.of(5),
    ]);
    await database.keepFile(c, Uint8Array.of(5), []);
    expect(await database.file(b)).toBeNull();
    await database.remove(run(1).id, [c]);
    expect(await Promise.all([a, c].map((sha256) => database.file(sha256)))).toEqual([null, Uint8Array.of(5)]);
  });

  it('are added to a database of the version without them, and its runs stay', async () => {
    database.close();
    const older = new Dexie(`${name}-older`);
    older.version(1).stores({ runs: 'id', rows: '[runId+step]', checkpoints: '[runId+step]' });
    const { rolloutFile: _, ...before } = defaultConfig;
    await older.table('runs').put({ ...run(1), config: before, initial: before });
    older.close();
    database = await openDatabase(`${name}-older`);
    expect(await database.runs()).toEqual([run(1)]);
    await database.keepFile(a, Uint8Array.of(1), []);
    expect(await database.file(a)).toEqual(Uint8Array.of(1));
  });

  it('stay for a run that this version cannot read', async () => {
    await database.commit({ ...run(1, { config: learning(a) }), format: 7 as never }, [], null);
    await database.keepFile(a, Uint8Array.of(1), []);
    await database.keepFile(b, Uint8Array.of(2), []);
    expect(await database.file(a)).toEqual(Uint8Array.of(1));
  });
});

describe('a commit', () => {
  it('survives closing the page: run, rows in order, snapshots bit by bit', async () => {
    await database.commit(run(2), rows(1, 2), null);
    await database.commit(run(450), rows(3, 450), snapshot(450));
    database.close();
    database = await openDatabase(name);
    expect(await database.runs()).toEqual([run(450)]);
    expect(await database.rows(run(0).id)).toEqual(rows(1, 450));
    expect(await database.snapshot(run(0).id, 1000)).toEqual(snapshot(450));
    expect(await database.snapshot(run(0).id, 449)).toBeNull();
  });

  it('replaces the later steps of a run that continued from an earlier one', async () => {
    await database.commit(run(20), rows(1, 20), snapshot(20));
    await database.commit(run(11), [row(11)], snapshot(10));
    expect((await database.rows(run(0).id)).map(({ step }) => step)).toEqual(rows(1, 11).map(({ step }) => step));
    expect(await database.checkpointSteps(run(0).id)).toEqual([10]);
  });

  it('is removed with all its data, and nothing else', async () => {
    const other = run(1, { id: 'aaaaaaaa22222222' });
    await database.commit(run(2), rows(1, 2), snapshot(2));
    await database.commit(other, rows(1, 1), null);
    await database.remove(run(0).id);
    expect(await database.runs()).toEqual([other]);
    expect(await database.rows(run(0).id)).toEqual([]);
    expect(await database.rows(other.id)).toHaveLength(1);
    expect(await database.checkpointSteps(run(0).id)).toEqual([]);
  });

  it('writes a whole step or nothing, also when storage fills up during it', async () => {
    await database.commit(run(1), rows(1, 1), null);
    const add = IDBObjectStore.prototype.put;
    vi.spyOn(IDBObjectStore.prototype, 'put').mockImplementation(function put(
      this: IDBObjectStore,
      value: unknown,
      key?: IDBValidKey,
    ) {
      if (this.name === 'checkpoints') throw new DOMException('no room', 'QuotaExceededError');
      return add.call(this, value, key);
    });
    await expect(database.commit(run(2), rows(2, 2), snapshot(2))).rejects.toMatchObject({
      name: 'StorageError',
      trouble: 'full',
    });
    expect(await database.runs()).toEqual([run(1)]);
    expect(await database.rows(run(0).id)).toEqual(rows(1, 1));
  });
});

describe('reading', () => {
  const raw = (table: string, value: object) =>
    new Promise<void>((resolve, reject) => {
      const opening = indexedDB.open(name);
      opening.addEventListener('success', () => {
        const change = opening.result.transaction(table, 'readwrite');
        change.objectStore(table).put(value);
        change.addEventListener('complete', () => {
          opening.result.close();
          resolve();
        });
        change.addEventListener('error', () => reject(change.error));
      });
    });

  it('fills in the defaults of settings that were added since', async () => {
    const { beta: _, ...older } = defaultConfig;
    await raw('runs', { ...run(3), config: older, initial: older });
    expect(await database.runs()).toEqual([run(3)]);
    const { memory: __, ...forgetful } = snapshot(3);
    await raw('checkpoints', { runId: run(0).id, step: 3, snapshot: { ...forgetful, config: older } });
    expect(await database.snapshot(run(0).id, 3)).toEqual({ ...snapshot(3), memory: {} });
  });

  it('reports a run of another format or a damaged one, and lists the others', async () => {
    await raw('runs', { ...run(3), format: 99 });
    await raw('runs', { ...run(3), id: 'aaaaaaaa22222222', steps: 'many' });
    await raw('runs', { id: 'x' });
    const found = await database.runs();
    expect(found.filter(isReadable)).toEqual([]);
    expect(found.map((one) => !isReadable(one) && one.reason)).toEqual([
      expect.stringMatching(/another version of this page \(format 99/),
      expect.stringMatching(/steps:/),
      expect.stringMatching(/format undefined/),
    ]);
  });

  it('skips a damaged snapshot for an older one, and damaged rows', async () => {
    await database.commit(run(20), rows(1, 3), snapshot(10));
    await raw('checkpoints', {
      runId: run(0).id,
      step: 20,
      snapshot: { ...snapshot(20), state: movedPolicy(snapshot(20).state, () => Number.NaN) },
    });
    await raw('rows', { runId: run(0).id, step: 4, row: { step: 'four' } });
    expect((await database.snapshot(run(0).id, 20))?.step).toBe(10);
    expect(await database.rows(run(0).id)).toEqual(rows(1, 3));
  });
});

describe('opening', () => {
  it('reports a browser that stores nothing', async () => {
    vi.spyOn(indexedDB, 'open').mockImplementation(() => {
      throw new DOMException('not here', 'SecurityError');
    });
    await expect(openDatabase('another')).rejects.toMatchObject({ name: 'StorageError', trouble: 'refused' });
  });

  it('succeeds on a database that a newer version of the page extended', async () => {
    await database.commit(run(1), rows(1, 1), null);
    database.close();
    const newer = new Dexie(name);
    newer.version(9).stores({ runs: 'id, name', rows: '[runId+step]', checkpoints: '[runId+step]', tags: 'id' });
    await newer.open();
    newer.close();
    database = await openDatabase(name);
    await database.commit(run(2), rows(2, 2), null);
    expect(await database.rows(run(0).id)).toEqual(rows(1, 2));
  });
});

describe('a database that is cleared under the page', () => {
  it('is noticed when deleted, opens again empty, and refuses a run whose first rows are gone', async () => {
    const closed = vi.fn<() => Promise<unknown>>(() => database.runs());
    database.watch(closed);
    // A browser that clears data closes a database that is being opened; the next opening works.
    vi.spyOn(indexedDB, 'open').mockImplementationOnce(() => {
      throw new DOMException('The connection was closed.', 'AbortError');
    });
    await database.commit(run(2), rows(1, 2), null);
    expect(closed).not.toHaveBeenCalled();
    await new Promise((resolve) => indexedDB.deleteDatabase(name).addEventListener('success', resolve));
    expect(closed).toHaveBeenCalledOnce();
    // The listener may read the remaining runs at once.
    await expect(closed.mock.results[0]?.value).rejects.toMatchObject({ trouble: 'broken' });
    expect(await database.runs()).toEqual([]);
    await expect(database.commit(run(3), rows(3, 3), null, true)).rejects.toMatchObject({
      name: 'StorageError',
      trouble: 'lost',
    });
    expect(await database.runs()).toEqual([]);
    expect(await database.rows(run(0).id)).toEqual([]);
    await database.commit(run(3), rows(1, 3), null);
    await database.commit(run(4), rows(4, 4), null, true);
    expect(await database.rows(run(0).id)).toEqual(rows(1, 4));
  });
});

it('a database that does not answer or fails gives an error that says which', async () => {
  const read = vi.spyOn(IDBObjectStore.prototype, 'getAll');
  read.mockImplementation(() => {
    throw new DOMException('Internal error', 'UnknownError');
  });
  await expect(database.runs()).rejects.toMatchObject({
    name: 'StorageError',
    trouble: 'broken',
    message: expect.stringContaining('Internal error'),
  });
  read.mockImplementation(() => new EventTarget() as IDBRequest);
  vi.useFakeTimers({ toFake: ['setTimeout', 'clearTimeout'] });
  const failure = database.runs().catch((cause: unknown) => cause);
  await vi.advanceTimersByTimeAsync(20_000);
  vi.useRealTimers();
  expect(await failure).toMatchObject({
    name: 'StorageError',
    trouble: 'broken',
    message: 'the storage of this browser gave no answer within 20 s',
  });
});

it('checkpoints of a long run stay few, with the newest close together', () => {
  let steps: readonly number[] = [];
  for (let step = 10; step <= 2000; step += 10) {
    steps = keptSteps([...steps, step]);
    expect(steps.length).toBeLessThanOrEqual(MOST_CHECKPOINTS);
    expect(steps.at(-1)).toBe(step);
  }
  expect(steps.slice(-12)).toEqual(Array.from({ length: 12 }, (_, index) => 1890 + 10 * index));
  const gaps = steps.map((step, index) => step - (steps[index - 1] ?? 0));
  expect(Math.max(...gaps)).toBeLessThanOrEqual(320);
});
