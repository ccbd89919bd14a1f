/**
 * @file Training a stored result again: single arms by a click, and arms × seeds that continue by themselves, wait, and
 * survive a reload.
 */
import { describe, expect, it, vi } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { once } from '../../lib/once.ts';
import { armWords, basedOn, type StoredResult } from '../../lessons/storedResult.ts';
import { storageOf } from '../../../testing/app/memoryStorage.ts';
import {
  arm,
  result,
  page,
  type Page,
  both,
  inOrder,
  planIn,
  often,
  untilDone,
  untilStatus,
  untilStep,
  untilBegun,
} from '../../../testing/app/comparisonPage.ts';
import { missingOf, type Plan } from './comparisonPlan.ts';
import { storedPlan } from './comparisonStored.ts';
import { wantedConfig } from './guidedRuns.ts';

vi.mock('react', () => ({}));

it('opens the arm from a page that has loaded nothing, trains it, and shows the playground', async () => {
  const { run, session, place, library, comparison } = await page();
  const [leash, free] = result.arms;
  if (!leash || !free) throw new Error('two arms are needed');
  comparison.run(result, leash);
  expect(place.getState()).toEqual({ view: 'playground', lesson: null, entry: null });
  await vi.waitFor(() =>
    expect(run.getState()).toMatchObject({ status: 'finished', step: 4, config: { beta: 0.5, seed: 11 } }),
  );
  expect(session.settings.getState().config.beta).toBe(0.5);
  const first = run.getState().key;
  await vi.waitFor(() => expect(library.getState().runs).toMatchObject([{ id: first, name: 'Leashed' }]));

  expect(comparison.next()).toBe(free);
  comparison.run(result, free);
  await vi.waitFor(() => expect(run.getState()).toMatchObject({ status: 'finished', config: { beta: 0 } }));
  await vi.waitFor(() =>
    expect(library.getState().runs).toMatchObject([
      { name: 'Free', color: 1 },
      { name: 'Leashed', color: 0 },
    ]),
  );
  expect(comparison.getState().drawn).toMatchObject([
    { id: 'leash', color: 'var(--run-1)' },
    { id: 'free', color: 'var(--run-2)' },
  ]);
  expect(comparison.next()).toBeNull();

  // An arm that trains again is drawn once, not beside itself.
  comparison.run(result, leash);
  expect(comparison.getState().drawn.map(({ id }) => id)).toEqual(['free']);
  expect(run.getState().key).not.toBe(first);
});

it('draws an unfinished single arm as far as it came', async () => {
  const open = await page({ fake: { stepTime: 15 } });
  const [leash, free] = result.arms;
  if (!leash || !free) throw new Error('two arms are needed');
  open.comparison.run(result, leash);
  await untilStep(open, 2);
  open.comparison.run(result, free);
  expect(open.comparison.getState().drawn).toMatchObject([{ id: 'leash', runs: [expect.anything()] }]);
  expect(open.comparison.getState().plan?.runs).toMatchObject([
    { arm: 'leash', done: false },
    { arm: 'free', done: false },
  ]);
});

it('does not give the current run the numbers of the next arm', async () => {
  const { run, session, comparison } = await page();
  await session.open();
  void session.toggle();
  await vi.waitFor(() => expect(run.getState().step).toBeGreaterThan(0));
  const adjust = vi.spyOn(run.trainer(), 'adjust');
  const fast = arm('fast', 'Fast', ['--learning_rate', '0.004']);
  comparison.run({ ...result, arms: [fast] }, fast);
  await vi.waitFor(() => expect(run.getState()).toMatchObject({ status: 'finished', config: { learningRate: 0.004 } }));
  expect(adjust).not.toHaveBeenCalled();
});

describe('arms × seeds', () => {
  it('are trained one after the other, seed by seed, and are counted, named and coloured', async () => {
    const open = await page();
    open.comparison.start(storedPlan(result, both));
    expect(open.place.getState().view).toBe('playground');
    await untilDone(open);
    expect(open.begun).toEqual(inOrder);
    const { drawn, plan } = open.comparison.getState();
    expect(drawn.map(({ id, color, runs }) => [id, color, runs.length])).toEqual([
      ['leash', 'var(--run-1)', 3],
      ['free', 'var(--run-2)', 3],
    ]);
    expect(drawn.every(({ runs }) => runs.every((rows) => rows.at(-1)?.step === 4))).toBe(true);
    expect(plan && missingOf(plan)).toEqual([]);
    await vi.waitFor(() =>
      expect(
        open.library
          .getState()
          .runs.map(({ name, color }) => `${name} ${color}`)
          .toSorted(),
      ).toEqual([11, 12, 13].flatMap((seed) => [`Free, seed ${seed} 1`, `Leashed, seed ${seed} 0`]).toSorted()),
    );
    expect(open.comparison.next()).toBeNull();
  });

  it('keep the object of an arm without a new run', async () => {
    const open = await page({ fake: { stepTime: 10 } });
    open.comparison.start(storedPlan(result, both));
    await untilBegun(open, 4);
    const [leash, free] = open.comparison.getState().drawn;
    await untilBegun(open, 5);
    const after = open.comparison.getState().drawn;
    expect(after[0]).toBe(leash);
    expect(after[1]).not.toBe(free);
    expect(after[1]?.runs).toHaveLength(2);
  });

  it('reuse a current run with the right settings at its first step, and do not pause it', async () => {
    const open = await page({ fake: { stepTime: 15 } });
    const { preset, config } = wantedConfig(armWords(result, result.arms[0] ?? { flags: [] }), tasks);
    await open.session.openWith(preset, config);
    await open.session.toggle();
    expect(open.run.getState()).toMatchObject({ status: 'running', step: 0 });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilDone(open);
    expect(open.begun).toEqual(inOrder.slice(0, 2));
  });

  it('train the base that comes first in the result, also after a reload', async () => {
    const storage = once(storageOf);
    const bases = { ...result, policies: ['default', 'default-b'] };
    const open = await page({ storage, load: async () => bases, fake: { stepTime: 15 } });
    open.comparison.start(storedPlan(basedOn(bases, 'default-b'), { ...both, seeds: 1 }));
    expect(open.run.getState().config?.policy).toBe('default-b');
    const again = await page({ storage, load: async () => bases });
    await again.comparison.goOn();
    expect(again.run.getState().config?.policy).toBe('default-b');
    expect(basedOn(bases, 'unknown')).toBe(bases);
  });

  it('train fewer steps if asked, and never more than the arm has', async () => {
    const open = await page();
    open.comparison.start(storedPlan(result, { ...both, seeds: 1, steps: 2 }));
    await untilDone(open);
    expect(open.run.getState().config?.maxSteps).toBe(2);
    open.comparison.start(storedPlan(result, { ...both, seeds: 1, steps: 99 }));
    await untilBegun(open, 4);
    await untilDone(open);
    expect(open.run.getState().config?.maxSteps).toBe(4);
  });

  it('wait while the user pauses, and continue on Train', async () => {
    const open = await page({ fake: { stepTime: 15 } });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilStep(open, 1);
    await open.session.toggle();
    await untilStatus(open, 'paused');
    await new Promise((resume) => void setTimeout(resume, 60));
    expect(open.begun.length).toBe(1);
    expect(open.comparison.getState()).toMatchObject({ phase: 'going', stop: null });
    await open.session.toggle();
    await untilDone(open);
    expect(open.begun).toEqual(inOrder.slice(0, 2));
  });

  it('wait after a failure, report it, and continue with the missing runs', async () => {
    const fake: { stepTime: number; failAt?: number } = { stepTime: 2 };
    const open = await page({ fake });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilBegun(open, 2);
    fake.failAt = 2;
    await vi.waitFor(() => expect(open.comparison.getState()).toMatchObject({ phase: 'waiting', stop: 'failed' }));
    await new Promise((resume) => void setTimeout(resume, 40));
    expect(open.begun.length).toBe(2);
    delete fake.failAt;
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun).toEqual(['0.5 11', '0 11', '0 11']);
  });

  it('count a run that the user continues after its failure, and still wait', async () => {
    const fake: { stepTime: number; failAt?: number } = { stepTime: 5, failAt: 2 };
    const open = await page({ fake });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilStatus(open, 'failed');
    delete fake.failAt;
    open.session.goOn();
    await open.session.toggle();
    await untilStatus(open, 'finished');
    await new Promise((resume) => void setTimeout(resume, 40));
    expect(open.comparison.getState()).toMatchObject({
      phase: 'waiting',
      stop: 'failed',
      plan: { runs: [{ done: true }] },
    });
    expect(open.begun.length).toBe(1);
  });

  it.each<readonly [string, (open: Page) => unknown]>([
    ['opens another run', ({ session }) => session.openWith('default', session.settings.getState().config)],
    ['begins anew', ({ session }) => session.reset()],
    ['trains a single arm', ({ comparison }) => comparison.run(result, result.arms[1] ?? arm('', '', []))],
  ])('wait when the user %s, and train that cell again from step 0', async (_what, act) => {
    const open = await page({ fake: { stepTime: 15 } });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilStep(open, 2);
    await act(open);
    await vi.waitFor(() =>
      expect(open.comparison.getState()).toMatchObject({
        phase: 'waiting',
        stop: 'left',
        plan: { arms: [{ id: 'leash' }, { id: 'free' }] },
      }),
    );
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun.slice(-2)).toEqual(['0.5 11', '0 11']);
    expect(open.comparison.getState().drawn.map(({ runs }) => runs.length)).toEqual([1, 1]);
  });

  it('do not count a run whose settings were changed, as by another link', async () => {
    const open = await page({ fake: { stepTime: 15 } });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilStep(open, 1);
    open.session.settings.setKnob('learningRate', 0.004);
    expect(open.comparison.getState()).toMatchObject({ phase: 'waiting', stop: 'changed' });
    await untilStatus(open, 'finished');
    expect(open.comparison.getState().drawn).toEqual([]);
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun).toEqual(['0.5 11', '0.5 11', '0 11']);
  });

  it('do not count a run that was changed and changed back, also after a reload', async () => {
    const storage = storageOf();
    const open = await page({ fake: { stepTime: 15 }, storage: () => storage });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilStep(open, 1);
    open.session.settings.setKnob('learningRate', 0.004);
    await untilStep(open, 2);
    open.session.settings.setKnob('learningRate', 0.001);
    await untilStatus(open, 'finished');
    expect(open.comparison.getState().drawn).toEqual([]);
    const { key } = open.run.getState();
    await open.library.read(key);
    // A stored plan that claims the run is done.
    const plan = planIn(storage);
    storage.setItem(
      'rollout.comparison',
      JSON.stringify({ ...plan, runs: [{ arm: 'leash', seed: 11, id: key, done: true }] }),
    );
    open.host.taken.clear();
    const later = await page({ host: open.host, storage: () => storage });
    await later.comparison.goOn();
    expect(later.comparison.getState().drawn).toEqual([]);
    expect(later.begun[0]).toBe('0.5 11');
  });

  it('end when the user leaves them, and the current run continues', async () => {
    const storage = storageOf();
    const open = await page({ fake: { stepTime: 15 }, storage: () => storage });
    open.comparison.start(storedPlan(result, both));
    await untilStep(open, 1);
    expect(storage.getItem('rollout.comparison')).not.toBeNull();
    open.comparison.end();
    expect(storage.getItem('rollout.comparison')).toBeNull();
    await untilStatus(open, 'finished');
    expect(open.begun.length).toBe(1);
  });
});

describe('a reload', () => {
  /** A page that was closed in the middle of its third run. */
  async function left() {
    const storage = storageOf();
    const open = await page({ fake: { stepTime: 15 }, storage: () => storage });
    open.comparison.start(storedPlan(result, both));
    await untilBegun(open, 3);
    await untilStep(open, 2);
    await open.session.toggle();
    await untilStatus(open, 'paused');
    await open.library.read(open.run.getState().key);
    open.host.taken.clear();
    return { storage, key: open.run.getState().key, host: open.host };
  }

  it('keeps the plan, draws nothing until asked, and trains only the missing runs', async () => {
    const { storage, host, key } = await left();
    const open = await page({ host, storage: () => storage });
    expect(open.comparison.getState()).toMatchObject({ phase: 'kept', drawn: [], result: null });
    // The tab returns to the run that it showed.
    await open.library.goOn(key);
    expect(open.run.getState()).toMatchObject({ key, status: 'paused' });
    open.begun.length = 0;
    await open.comparison.goOn();
    expect(open.comparison.getState().drawn.map(({ runs }) => runs.length)).toEqual([1, 1]);
    await untilDone(open);
    expect(open.begun).toEqual(inOrder.slice(3));
    expect(open.comparison.getState().drawn.map(({ runs }) => runs.length)).toEqual([3, 3]);
    expect(open.comparison.getState().plan?.runs.some(({ id }) => id === key)).toBe(true);
  });

  it('in another tab trains the unfinished run and removed runs again', async () => {
    const { storage, host } = await left();
    const [first] = planIn(storage)?.runs ?? [];
    const database = await host.open();
    await database.remove(first?.id ?? '');
    const open = await page({ host, storage: () => storage });
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun).toEqual(['0.5 11', ...inOrder.slice(2)]);
  });

  /** Rewrites the stored plan as versions did whose arms carried no settings. */
  function makeEarlier(storage: Storage): void {
    const { metric: _metric, arms, ...rest } = planIn(storage);
    const earlier = JSON.stringify({ ...rest, arms: arms.map(({ id }) => id) });
    storage.setItem('rollout.comparison', earlier);
    storage.setItem('rollout.comparisons', '[]');
  }

  it('continues a plan from before arms carried their settings', async () => {
    const { storage, host } = await left();
    makeEarlier(storage);
    const open = await page({ host, storage: () => storage });
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun).toEqual(inOrder.slice(2));
    expect(planIn(storage)).toMatchObject({ arms: [{ title: 'Leashed' }, { title: 'Free' }], metric: { id: 'gap' } });
  });

  it('reports an unreadable stored result and lets the user try again', async () => {
    const { storage, host } = await left();
    const load = vi
      .fn<(experiment: string) => Promise<StoredResult>>(async () => result)
      .mockRejectedValueOnce(new Error('claims/paper-80.json: 404'));
    makeEarlier(storage);
    const open = await page({ host, storage: () => storage, load });
    await open.comparison.goOn();
    expect(open.comparison.getState()).toMatchObject({
      phase: 'kept',
      problem: 'claims/paper-80.json: 404',
      reviving: false,
    });
    await open.comparison.goOn();
    await untilDone(open);
  });

  it('drops a plan with unknown arms, and an invalid plan', async () => {
    const { storage, host } = await left();
    makeEarlier(storage);
    const open = await page({ host, storage: () => storage, load: async () => ({ ...result, arms: [] }) });
    await open.comparison.goOn();
    expect(open.comparison.getState().plan).toBeNull();
    expect(storage.getItem('rollout.comparison')).toBeNull();
    const hostile = storageOf({ 'rollout.comparison': '{"experiment":"../../x","arms":["<img>"]}' });
    expect((await page({ storage: () => hostile })).comparison.getState().plan).toBeNull();
  });

  it('works without storage', async () => {
    const open = await page({
      storage: () => {
        throw new Error('refused');
      },
    });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilDone(open);
    expect(open.begun.length).toBe(2);
  });
});

describe('a comparison that was not taken from a stored result', () => {
  const term = encodeURIComponent('export default () => 1;');
  const built: Plan = {
    experiment: null,
    metric: null,
    arms: [
      { id: 'arm-1', title: 'RLOO', words: 'algorithm=rloo&max_steps=3' },
      { id: 'arm-2', title: 'Own term', words: `max_steps=3&code.mine=${term}&reward.mine=2` },
    ],
    seeds: [5, 6],
    steps: null,
    runs: [],
  };

  it('trains the settings in its words, with the code that they bring', async () => {
    const open = await page();
    open.comparison.start(built);
    await vi.waitFor(() => expect(open.run.getState().initial?.ownTerms).toHaveProperty('mine'), often);
    expect(open.run.getState().initial).toMatchObject({ seed: 5, rewardWeights: { mine: 2 } });
    await untilDone(open);
    expect(open.comparison.getState().drawn).toMatchObject([
      { id: 'arm-1', name: 'RLOO' },
      { id: 'arm-2', name: 'Own term' },
    ]);
    expect(open.run.getState()).toMatchObject({ step: 3, initial: { seed: 6 } });
  });

  it('trains nothing while a link offers it, and gives way to the one before', async () => {
    const storage = storageOf();
    const open = await page({ storage: () => storage });
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilDone(open);
    const { key } = open.run.getState();
    open.comparison.offer(built);
    await open.comparison.goOn();
    expect(open.comparison.getState()).toMatchObject({ phase: 'offered', plan: built });
    expect(open.run.getState().key).toBe(key);
    expect(open.comparison.getState().kept).toMatchObject([{ experiment: 'paper-80' }]);
    open.comparison.end();
    expect(open.comparison.getState()).toMatchObject({ phase: 'kept', plan: { experiment: 'paper-80' } });
  });

  it('is the kept one, with its runs, if the link offers it again', async () => {
    const storage = storageOf();
    const open = await page({ storage: () => storage });
    open.comparison.start(built);
    await untilDone(open);
    open.comparison.end();
    open.comparison.offer(built);
    expect(open.comparison.getState().phase).toBe('kept');
    await open.comparison.goOn();
    expect(open.comparison.getState()).toMatchObject({ phase: 'done', drawn: [{ runs: { length: 2 } }, {}] });
    expect(open.begun).toHaveLength(4);
  });

  it('is opened again with its finished runs, and forgotten on request', async () => {
    const open = await page();
    open.comparison.start(built);
    await untilDone(open);
    open.comparison.start(storedPlan(result, { ...both, seeds: 1 }));
    await untilDone(open);
    const kept = open.comparison.getState().kept;
    expect(kept.map(({ experiment }) => experiment)).toEqual(['paper-80', null]);
    await open.comparison.open(kept[1] ?? built);
    expect(open.comparison.getState()).toMatchObject({ phase: 'done', plan: { arms: built.arms } });
    expect(open.comparison.getState().drawn.map(({ runs }) => runs.length)).toEqual([2, 2]);
    open.comparison.forget(open.comparison.getState().plan ?? built);
    expect(open.comparison.getState().plan).toBeNull();
    expect(open.comparison.getState().kept).toHaveLength(1);
    expect(open.library.getState().runs).toHaveLength(6);
  });

  it('waits before an arm whose settings are not here', async () => {
    const open = await page();
    open.comparison.start({ ...built, arms: [{ id: 'arm-1', title: 'Absent', words: 'task=absent' }] });
    expect(open.comparison.getState()).toMatchObject({ phase: 'waiting', stop: 'unknown' });
    expect(open.begun).toEqual([]);
  });
});
