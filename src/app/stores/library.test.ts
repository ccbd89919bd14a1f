import { afterEach, describe, expect, it, test, vi } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { NotLoadedError } from '../../ui/load.ts';
import { fakeKeptRun } from '../fixture/fakeRun.ts';
import { MemoryDatabase, memoryHost } from '../fixture/memoryDatabase.ts';
import { StorageError } from '../storage/storage.ts';
import { expendable, MOST_SHOWN } from './libraryState.ts';
import { readLink, withBrought, writeHash } from '../url.ts';
import { config, page, type Page, trained, reloaded } from '../../../testing/app/libraryPage.ts';

vi.mock('react', () => ({}));
afterEach(() => void vi.useRealTimers());
test('a failed load of the storage code is reported, and a later start keeps the steps trained meanwhile', async () => {
  const database = new MemoryDatabase();
  const host = memoryHost(database);
  let arrives = false;
  const { session, library, run } = await page({
    ...host,
    open: () => (arrives ? host.open() : Promise.reject(new NotLoadedError('The code that keeps runs did not load'))),
  });
  expect(library.getState().status).toBe('unloaded');
  await session.open();
  await session.step();
  expect(await database.runs()).toEqual([]);
  arrives = true;
  await library.start();
  expect(library.getState().status).toBe('ready');
  await vi.waitFor(() => expect(library.getState().saved).toEqual({ id: run.getState().key, steps: 1 }));
  expect(await database.rows(run.getState().key)).toEqual(run.getState().rows);
});

describe('a run', () => {
  it('is kept from its first step on, with name, colour, accuracies and all rows', async () => {
    const database = new MemoryDatabase();
    const one = await page(memoryHost(database));
    await one.session.open();
    expect(await database.runs()).toEqual([]);
    const key = await trained(one, 12);
    const { runs } = one.library.getState();
    expect(runs).toMatchObject([{ id: key, steps: 12, color: 0, preset: 'default', backend: 'wasm', parent: null }]);
    expect(runs[0]?.name).toMatch(/^[a-z]+-[a-z]+$/);
    expect(runs[0]?.baseAccuracy).toBeGreaterThan(0.3);
    expect(await database.rows(key)).toEqual(one.run.getState().rows);
    expect(await database.checkpointSteps(key)).toEqual([10]);
  });

  it('is at its last step after a reload, and continues under the same name', async () => {
    const first = await page();
    const key = await trained(first, 12);
    const { rows } = first.run.getState();
    const second = await reloaded(first.host);
    expect(await second.library.restore(config)).toBe(true);
    expect(second.run.getState()).toMatchObject({
      key,
      step: 12,
      status: 'paused',
      rows,
      replay: { from: 10, target: 12, differing: 0 },
    });
    await second.session.step();
    await vi.waitFor(() => expect(second.library.getState().saved?.steps).toBe(13));
    expect(second.library.getState().runs).toHaveLength(1);
  });

  it('has the checkpoints of the run it was forked from, up to the fork', async () => {
    const one = await page();
    const key = await trained(one, 13);
    const { library, run } = one;
    await library.fork(key, 12);
    const { key: copy } = run.getState();
    await vi.waitFor(async () => expect(await library.checkpointSteps(copy)).toEqual([12]));
    const found = await Promise.all([13, 12, 11, 9].map((step) => library.snapshot(copy, step)));
    expect(found.map((snapshot) => snapshot?.step)).toEqual([12, 12, 10, undefined]);
    expect(await library.snapshot('unknown', 12)).toBeNull();
  });

  it('is offered, not opened, if the link has other settings', async () => {
    const first = await page();
    const key = await trained(first, 3);
    const second = await reloaded(first.host);
    expect(await second.library.restore({ ...config, seed: 9 })).toBe(false);
    expect(second.library.getState().offer?.id).toBe(key);
    await second.library.goOn(key);
    expect(second.run.getState()).toMatchObject({ key, step: 3 });
    expect(second.library.getState().offer).toBeNull();
  });

  it('is reported, not offered, while another tab shows it', async () => {
    const host = memoryHost();
    const key = await trained(await page(host), 3);
    const second = await page(host);
    await second.library.offerUnfinished();
    expect(second.library.getState()).toMatchObject({ offer: null, elsewhere: { id: key } });
    second.library.dismiss();
    host.taken.clear();
    await second.library.offerUnfinished();
    expect(second.library.getState().offer?.id).toBe(key);
    // Checking the lock does not keep it.
    expect(host.taken.size).toBe(0);
  });

  it('that was changed during training is marked so after a reload, and so is its fork', async () => {
    const first = await page();
    await trained(first, 2);
    first.settings.setKnob('beta', 0.2);
    await first.session.step();
    first.settings.setKnob('beta', config.beta);
    await first.session.step();
    const { key } = first.run.getState();
    await vi.waitFor(() =>
      expect(first.library.getState().runs[0]).toMatchObject({ id: key, steps: 4, adjusted: true }),
    );
    const second = await reloaded(first.host);
    await second.library.goOn(key);
    expect(second.run.getState()).toMatchObject({ key, adjusted: true, config: { beta: config.beta } });
    await second.library.fork(key, 4);
    expect(second.run.getState().adjusted).toBe(true);
    const straight = await trained(await page(), 1);
    expect(straight).not.toBe(key);
  });

  it('that another tab shows is not opened; a copy is, and both continue', async () => {
    const host = memoryHost();
    const first = await page(host);
    const key = await trained(first, 4);
    const second = await page(host);
    await second.library.goOn(key);
    expect(second.library.getState().elsewhere?.id).toBe(key);
    expect(second.run.getState().key).not.toBe(key);
    await second.library.fork(key, 4);
    const copy = second.run.getState();
    expect(copy).toMatchObject({ step: 4, status: 'paused', parent: { id: key, step: 4 } });
    await first.session.step();
    await second.session.step();
    await vi.waitFor(() =>
      expect(
        second.library
          .getState()
          .runs.map(({ steps }) => steps)
          .sort(),
      ).toEqual([4, 5]),
    );
    expect(copy.key).not.toBe(key);
  });

  it('is kept to its last step when Reset begins another', async () => {
    const one = await page();
    const key = await trained(one, 3);
    await one.session.reset();
    await one.session.step();
    await vi.waitFor(() => expect(one.library.getState().runs).toHaveLength(2));
    expect(one.library.getState().runs.find(({ id }) => id === key)?.steps).toBe(3);
    expect(new Set(one.library.getState().runs.map(({ color }) => color)).size).toBe(2);
  });

  it('takes a checkpoint when a knob changes, so that a replay begins with the current knobs', async () => {
    const one = await page();
    const key = await trained(one, 3);
    one.settings.setKnob('learningRate', 0.005);
    await vi.waitFor(() => expect(one.run.getState().checkpoint?.step).toBe(3));
    await one.session.step();
    const kept = await vi.waitFor(async () => {
      const found = await one.library.read(key);
      const snapshot = await found?.database.snapshot(key, 4);
      expect(snapshot?.config.learningRate).toBe(0.005);
      return found;
    });
    expect(kept?.run).toMatchObject({ config: { learningRate: 0.005 }, initial: { learningRate: 0.001 } });
  });
});

describe('the list', () => {
  it('renames, pins, removes and restores', async () => {
    const one = await page();
    const key = await trained(one, 2);
    expect(one.library.rename(key, '  ')).toBe('A name is needed.');
    expect(one.library.rename(key, 'my run')).toBeNull();
    one.library.setPinned(key, true);
    expect(one.library.getState().runs[0]).toMatchObject({ name: 'my run', pinned: true });
    one.library.remove(key);
    expect(one.library.getState()).toMatchObject({ runs: [], removed: { id: key } });
    one.library.undoRemove();
    expect(one.library.getState().runs[0]).toMatchObject({ name: 'my run', pinned: true });
  });

  it('reads the last numbers of runs that were kept without them', async () => {
    const one = await page();
    const key = await trained(one, 2);
    const [kept] = one.library.getState().runs;
    const last = one.run.getState().rows.at(-1)?.values;
    expect(kept?.last).toMatchObject({ reward: last?.['reward'], kl: last?.['kl_exact'] });
    expect(kept?.last?.seconds).toBeGreaterThan(0);
    const { database } = (await one.library.read(key)) ?? {};
    await database?.change(key, { last: undefined });
    const later = await reloaded(one.host);
    expect(later.library.getState().runs[0]?.last).toBeUndefined();
    await later.library.complete();
    expect(later.library.getState().runs[0]?.last).toEqual(kept?.last);
  });

  it('deletes for good after the delay', async () => {
    const database = new MemoryDatabase();
    const one = await page(memoryHost(database));
    const key = await trained(one, 2);
    await one.session.reset();
    vi.useFakeTimers();
    one.library.remove(key);
    await vi.advanceTimersByTimeAsync(9000);
    expect(await database.runs()).toHaveLength(1);
    await vi.advanceTimersByTimeAsync(2000);
    expect(await database.runs()).toHaveLength(0);
    expect(one.library.getState().removed).toBeNull();
  });

  it('draws at most as many runs as there are colours, each in another', async () => {
    const one = await page();
    const keys: string[] = [];
    for (let run = 0; run < MOST_SHOWN + 1; run++) {
      keys.push(await trained(one, 1));
      await one.session.reset();
    }
    for (const key of keys) await one.library.toggleShown(key);
    const { shown, runs, problem, rows } = one.library.getState();
    expect(shown).toEqual(keys.slice(0, MOST_SHOWN - 1));
    expect(new Set(runs.filter(({ id }) => shown.includes(id)).map(({ color }) => color)).size).toBe(MOST_SHOWN - 1);
    expect(problem).toMatch(/At most 6/);
    expect(rows[keys[0] ?? '']).toHaveLength(2);
    await one.library.toggleShown(keys[0] ?? '');
    expect(one.library.getState().shown).toHaveLength(MOST_SHOWN - 2);
    expect(Object.keys(one.library.getState().rows)).toEqual(one.library.getState().shown);
  });
});

describe('storage', () => {
  it('that is full is reported; kept runs stay, and room can be made', async () => {
    const database = new MemoryDatabase();
    const one = await page(memoryHost(database));
    const oldest = await trained(one, 2);
    await one.session.reset();
    const second = await trained(one, 2);
    one.library.setPinned(second, true);
    await one.session.reset();
    database.capacity = 2;
    await one.session.step();
    await vi.waitFor(() => expect(one.library.getState().status).toBe('full'));
    await one.session.step();
    expect(await database.runs()).toHaveLength(2);
    const { key } = one.run.getState();
    expect(expendable(one.library.getState(), key).map(({ id }) => id)).toEqual([oldest]);
    await one.library.makeRoom([oldest]);
    expect(one.library.getState()).toMatchObject({ status: 'ready', saved: { id: key, steps: 2 } });
    expect(await database.rows(key)).toEqual(one.run.getState().rows);
  });

  it('that is refused is reported, and the page trains', async () => {
    const one = await page({
      ...memoryHost(),
      open: () => Promise.reject(new StorageError('refused', 'SecurityError')),
    });
    expect(one.library.getState().status).toBe('refused');
    await one.session.open();
    await one.session.step();
    expect(one.run.getState().step).toBe(1);
    await one.library.goOn('nothing');
    expect(await one.library.restore(config)).toBe(false);
  });
});

describe('a foreign run', () => {
  const own = { code: 'function reward() { return 1; }', onFailure: 'stop' as const };
  const theirs = { ...config, ownTerms: { sent: own } };
  const whole = {
    run: { ...fakeKeptRun(theirs), steps: 1 },
    rows: [{ step: 1, values: { reward: 0.5 }, ranges: {} }],
    snapshots: [],
  };

  it('with code waits for the user, both to continue and to fork', async () => {
    const { library, run } = await page();
    await library.add(whole);
    const id = library.getState().runs[0]?.id ?? '';
    await library.goOn(id);
    expect(run.getState().key).toBe('');
    expect(library.getState().foreign).toMatchObject({ run: { id }, step: null });
    library.dismiss();
    await library.fork(id, 1);
    expect(run.getState().config).toBeNull();
    expect(library.getState().foreign).toMatchObject({ run: { id }, step: 1 });
    await library.agree();
    expect(run.getState()).toMatchObject({ config: { ownTerms: { sent: own } }, step: 1, parent: { id } });
    expect(library.getState().foreign).toBeNull();
    // The user accepted the code once.
    await library.goOn(id);
    expect(run.getState().key).toBe(id);
  });

  it('without code opens at once', async () => {
    const { library, run } = await page();
    await library.add({ ...whole, run: { ...fakeKeptRun(config), steps: 1 } });
    const id = library.getState().runs[0]?.id ?? '';
    await library.goOn(id);
    expect(run.getState().key).toBe(id);
  });
});

describe('a reload of the tab', () => {
  it('does not ask again for the code of the tab’s own run, but for any other', async () => {
    const own = { code: 'function reward() { return 0; }', onFailure: 'stop' as const };
    const one = await page();
    one.settings.adopt({
      preset: 'default',
      config: { ...config, ownTerms: { mine: own }, rewardWeights: { mine: 0.5 } },
    });
    const key = await trained(one, 2);
    const linkOf = (of: Page) => {
      const { hash } = new URL(`https://a.example/${writeHash('default', of.settings.getState().config)}`);
      return readLink('', hash, tasks);
    };
    const link = linkOf(one);
    expect(link.config.ownTerms).toEqual({});
    const same = await reloaded(one.host);
    same.settings.adopt({ preset: 'default', config: link.config, offered: link.offered });
    expect(await same.library.restore(withBrought(link))).toBe(true);
    expect(same.run.getState()).toMatchObject({ key, config: { ownTerms: { mine: own } } });
    expect(same.settings.getState().offered).toEqual({});
    const other = await reloaded(one.host);
    const altered = {
      ...link,
      offered: { mine: { ...link.offered['mine'], own: { ...own, code: 'function reward() { return 9; }' } } },
    };
    expect(await other.library.restore(withBrought(altered))).toBe(false);
  });
});
