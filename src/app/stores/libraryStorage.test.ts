/** @file Storage that does not answer, and kept runs that are cleared while the page is open. */
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { MemoryDatabase, memoryHost } from '../fixture/memoryDatabase.ts';
import { StorageError } from '../storage/storage.ts';
import { config, page, trained } from '../../../testing/app/libraryPage.ts';

vi.mock('react', () => ({}));
afterEach(() => void vi.useRealTimers());

describe('a storage that does not answer', () => {
  it('is awaited for eight seconds; then a returning tab trains without it, and Try again keeps those steps', async () => {
    vi.useFakeTimers();
    const host = memoryHost();
    let tries = 0;
    const opening = page({ ...host, open: () => (++tries === 1 ? new Promise(() => {}) : host.open()) });
    await vi.advanceTimersByTimeAsync(8_000);
    const { library, session, run } = await opening;
    expect(library.getState().status).toBe('broken');
    expect(await library.restore(config)).toBe(false);
    vi.useRealTimers();
    await session.open();
    await session.step();
    expect(library.getState().saved).toBeNull();
    const again = library.again();
    expect(library.getState().status).toBe('opening');
    await again;
    expect(library.getState()).toMatchObject({ status: 'ready', saved: { id: run.getState().key, steps: 1 } });
  });

  it('and answers late is used from then on; an unfinished run is offered', async () => {
    const host = memoryHost();
    const key = await trained(await page(host), 3);
    host.taken.clear();
    vi.useFakeTimers();
    const opening = page({
      ...host,
      open: () => new Promise((resolve) => void setTimeout(() => resolve(host.open()), 60_000)),
    });
    await vi.advanceTimersByTimeAsync(8_000);
    const { library } = await opening;
    expect(library.getState().status).toBe('broken');
    await vi.advanceTimersByTimeAsync(60_000);
    expect(library.getState()).toMatchObject({ status: 'ready', offer: { id: key } });
  });
});

describe('a run that was left', () => {
  /** Keeps copies, as IndexedDB does. */
  class CopyingDatabase extends MemoryDatabase {
    override async commit(...[run, ...rest]: Parameters<MemoryDatabase['commit']>): Promise<void> {
      await super.commit(structuredClone(run), ...structuredClone(rest));
    }
  }

  it('takes no memory once it is written: neither its rows nor its snapshot', async () => {
    setFlagsFromString('--expose-gc');
    const collect = runInNewContext('gc') as () => void;
    const one = await page(memoryHost(new CopyingDatabase()));
    await trained(one, 12);
    const parts = () => {
      const { rows, checkpoint } = one.run.getState();
      return [rows[3], checkpoint].map((part) => new WeakRef(part as object));
    };
    const left = parts();
    await one.session.reset();
    await trained(one, 12);
    const current = parts();
    await vi.waitFor(() => {
      collect();
      expect(left.map((part) => part.deref())).toEqual([undefined, undefined]);
    });
    expect(current.map((part) => part.deref())).toEqual([expect.anything(), expect.anything()]);
  });
});

describe('kept runs that are cleared while the page is open', () => {
  it.each([
    ['the browser says so, at rest', true],
    ['nobody says so: the next step notices', false],
  ])('(%s) are reported gone, and the current run is written again in full', async (_, told) => {
    const database = new MemoryDatabase();
    const one = await page(memoryHost(database));
    await trained(one, 2);
    await one.session.reset();
    const key = await trained(one, 12);
    one.library.rename(key, 'mine');
    database.clear(told);
    if (!told) await one.session.step();
    const steps = told ? 12 : 13;
    await vi.waitFor(() =>
      expect(one.library.getState().problem).toMatch(
        /^2 runs that were kept are gone: .*The current run is kept again\.$/,
      ),
    );
    expect(one.library.getState()).toMatchObject({
      saved: { id: key, steps },
      runs: [{ id: key, name: 'mine', steps }],
    });
    expect(await database.rows(key)).toEqual(one.run.getState().rows);
    expect(await database.checkpointSteps(key)).toEqual([10]);
  });

  it('are looked for again while the browser still clears', async () => {
    const database = new MemoryDatabase();
    const one = await page(memoryHost(database));
    const key = await trained(one, 2);
    const look = vi
      .spyOn(database, 'runs')
      .mockRejectedValueOnce(new StorageError('broken', 'The connection was closed.'));
    database.clear(true);
    await vi.waitFor(() =>
      expect(one.library.getState()).toMatchObject({
        problem: expect.stringContaining('kept again'),
        saved: { id: key, steps: 2 },
      }),
    );
    expect(look).toHaveBeenCalledTimes(2);
  });

  it('and cannot be written again are reported as unsaved', async () => {
    const database = new MemoryDatabase();
    const one = await page(memoryHost(database));
    await trained(one, 3);
    database.capacity = 0;
    database.clear(true);
    await vi.waitFor(() =>
      expect(one.library.getState().problem).toMatch(/^A run that was kept is gone: .*only on this page\.$/),
    );
    expect(one.library.getState()).toMatchObject({ status: 'full', saved: null });
  });
});

it('the browser is asked for persistent storage when the first run is kept, and its answer is kept', async () => {
  const asked: boolean[] = [];
  const one = await page({
    ...memoryHost(),
    persisted: async (ask) => {
      asked.push(ask);
      return ask;
    },
  });
  await vi.waitFor(() => expect(one.library.getState().persisted).toBe(false));
  expect(asked).toEqual([false]);
  await trained(one, 2);
  await vi.waitFor(() => expect(one.library.getState().persisted).toBe(true));
  expect(asked).toEqual([false, true]);
});

it('a clock that was set back hides no unfinished run', async () => {
  const host = memoryHost();
  const key = await trained(await page(host), 3);
  host.taken.clear();
  const later = await page({ ...host, now: () => Date.now() - 30 * 86_400_000 });
  await later.library.offerUnfinished();
  expect(later.library.getState().offer?.id).toBe(key);
});
