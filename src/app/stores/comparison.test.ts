/**
 * @file Running a stored result again: single arms at a click, and arms × seeds that go on by themselves, wait, and
 * survive a reload.
 */
import { describe, expect, it, vi } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import { once } from '../../lib/once.ts';
import { armWords, type StoredResult } from '../../lessons/storedResult.ts';
import { type FakeOptions, FakeTrainer } from '../fixture/fakeTrainer.ts';
import { memoryHost } from '../fixture/memoryDatabase.ts';
import { storageOf } from '../../../testing/app/memoryStorage.ts';
import { readLink } from '../url.ts';
import { createComparison } from './comparison.ts';
import { missingOf, planShelf, readPlan } from './comparisonPlan.ts';
import { wantedConfig } from './guidedRuns.ts';
import { createLibrary } from './library.ts';
import { createPlaceStore } from './placeStore.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

const arm = (id: string, title: string, flags: string[]) => ({
  arm: id,
  title,
  flags: ['--steps', '4', ...flags],
  runs: 3,
  metrics: {},
});
const result: StoredResult = {
  experiment: 'paper-80',
  paper: 80,
  claim: 'C',
  method: 'M',
  command: 'run',
  version: 'v',
  date: '2026-01-01',
  seeds: [11, 12, 13],
  verdict: 'shown',
  policies: ['default'],
  preset: 'default',
  metrics: [{ id: 'gap', title: 'gap', unit: '', digits: 2 }],
  checks: [],
  arms: [arm('leash', 'Leashed', ['--beta', '0.5']), arm('free', 'Free', ['--beta', '0'])],
};

interface PageOptions {
  readonly fake?: FakeOptions;
  readonly host?: ReturnType<typeof memoryHost>;
  readonly storage?: () => Storage;
  readonly load?: (experiment: string) => Promise<StoredResult>;
}

async function page({
  fake = {},
  host = memoryHost(),
  storage = () => storageOf(),
  load = async () => result,
}: PageOptions = {}) {
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, fake);
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const session = createSession(run, createSettingsStore(tasks, readLink('', '', tasks)), {
    backend: 'auto',
    workers: 'auto',
  });
  const library = createLibrary(session, host);
  await library.start();
  const place = createPlaceStore({ view: 'atlas', lesson: null, entry: 'paper-80' });
  const shelf = planShelf(once(storage), once(storage));
  /** Arm and seed of every run, in the order in which they were begun. */
  const begun: string[] = [];
  run.subscribe(({ key, initial }, before) => {
    if (key !== before.key && initial) begun.push(`${initial.beta} ${initial.seed}`);
  });
  return {
    run,
    session,
    library,
    place,
    begun,
    host,
    comparison: createComparison({ session, library, place, tasks, shelf, load }),
  };
}

type Page = Awaited<ReturnType<typeof page>>;

const both = { arms: ['leash', 'free'], seeds: 3, steps: null };
const inOrder = ['0.5 11', '0 11', '0.5 12', '0 12', '0.5 13', '0 13'];
/** Looks often: a run of four steps is soon over. */
const often = { interval: 1, timeout: 5000 };
const untilDone = ({ comparison }: Page) => vi.waitFor(() => expect(comparison.getState().phase).toBe('done'), often);
const untilStatus = ({ run }: Page, status: string) =>
  vi.waitFor(() => expect(run.getState().status).toBe(status), often);
const untilStep = ({ run }: Page, step: number) =>
  vi.waitFor(() => expect(run.getState().step).toBeGreaterThanOrEqual(step), often);
const untilBegun = ({ begun }: Page, count: number) => vi.waitFor(() => expect(begun.length).toBe(count), often);

it('opens the arm from a page that has loaded nothing, trains it, and goes to the playground', async () => {
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

  // Trained again, an arm stands beside the others and no longer beside itself.
  comparison.run(result, leash);
  expect(comparison.getState().drawn.map(({ id }) => id)).toEqual(['free']);
  expect(run.getState().key).not.toBe(first);
});

it('draws a single arm that was left on its way as far as it came', async () => {
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

it('does not give the run in hand the numbers of the arm that follows it', async () => {
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
  it('run one after the other, seed by seed, without a click, and are counted, named and coloured', async () => {
    const open = await page();
    open.comparison.start(result, both);
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

  it('keep the lines of an arm that gained none as they are', async () => {
    const open = await page({ fake: { stepTime: 10 } });
    open.comparison.start(result, both);
    await untilBegun(open, 4);
    const [leash, free] = open.comparison.getState().drawn;
    await untilBegun(open, 5);
    const after = open.comparison.getState().drawn;
    expect(after[0]).toBe(leash);
    expect(after[1]).not.toBe(free);
    expect(after[1]?.runs).toHaveLength(2);
  });

  it('take over a run that is as asked and at its first step, and do not pause it', async () => {
    const open = await page({ fake: { stepTime: 15 } });
    const { preset, config } = wantedConfig(armWords(result, result.arms[0] ?? { flags: [] }), tasks);
    await open.session.openWith(preset, config);
    await open.session.toggle();
    expect(open.run.getState()).toMatchObject({ status: 'running', step: 0 });
    open.comparison.start(result, { ...both, seeds: 1 });
    await untilDone(open);
    expect(open.begun).toEqual(inOrder.slice(0, 2));
  });

  it('take fewer steps where that is asked for, and never more than an arm has', async () => {
    const open = await page();
    open.comparison.start(result, { ...both, seeds: 1, steps: 2 });
    await untilDone(open);
    expect(open.run.getState().config?.maxSteps).toBe(2);
    open.comparison.start(result, { ...both, seeds: 1, steps: 99 });
    await untilBegun(open, 4);
    await untilDone(open);
    expect(open.run.getState().config?.maxSteps).toBe(4);
  });

  it('wait while a person pauses, and go on with Train', async () => {
    const open = await page({ fake: { stepTime: 15 } });
    open.comparison.start(result, { ...both, seeds: 1 });
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

  it('wait after a failure, say so, and go on with what is missing', async () => {
    const fake: { stepTime: number; failAt?: number } = { stepTime: 2 };
    const open = await page({ fake });
    open.comparison.start(result, { ...both, seeds: 1 });
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

  it('count a run that a person takes beyond its failure, and wait all the same', async () => {
    const fake: { stepTime: number; failAt?: number } = { stepTime: 5, failAt: 2 };
    const open = await page({ fake });
    open.comparison.start(result, { ...both, seeds: 1 });
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
  ])('wait when a person %s, and train that cell again from its beginning', async (_what, act) => {
    const open = await page({ fake: { stepTime: 15 } });
    open.comparison.start(result, { ...both, seeds: 1 });
    await untilStep(open, 2);
    await act(open);
    await vi.waitFor(() =>
      expect(open.comparison.getState()).toMatchObject({
        phase: 'waiting',
        stop: 'left',
        plan: { arms: ['leash', 'free'] },
      }),
    );
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun.slice(-2)).toEqual(['0.5 11', '0 11']);
    expect(open.comparison.getState().drawn.map(({ runs }) => runs.length)).toEqual([1, 1]);
  });

  it('do not count a run whose settings were changed, as by another link', async () => {
    const open = await page({ fake: { stepTime: 15 } });
    open.comparison.start(result, { ...both, seeds: 1 });
    await untilStep(open, 1);
    open.session.settings.setKnob('learningRate', 0.004);
    expect(open.comparison.getState()).toMatchObject({ phase: 'waiting', stop: 'changed' });
    await untilStatus(open, 'finished');
    expect(open.comparison.getState().drawn).toEqual([]);
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun).toEqual(['0.5 11', '0.5 11', '0 11']);
  });

  it('do not count a run that was changed on its way, also where it is as before again and after a reload', async () => {
    const storage = storageOf();
    const open = await page({ fake: { stepTime: 15 }, storage: () => storage });
    open.comparison.start(result, { ...both, seeds: 1 });
    await untilStep(open, 1);
    open.session.settings.setKnob('learningRate', 0.004);
    await untilStep(open, 2);
    open.session.settings.setKnob('learningRate', 0.001);
    await untilStatus(open, 'finished');
    expect(open.comparison.getState().drawn).toEqual([]);
    const { key } = open.run.getState();
    await open.library.read(key);
    // A plan that says of it that it was done.
    const plan = readPlan(storage.getItem('rollout.comparison'));
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

  it('end when they are left, and the run in hand goes on', async () => {
    const storage = storageOf();
    const open = await page({ fake: { stepTime: 15 }, storage: () => storage });
    open.comparison.start(result, both);
    await untilStep(open, 1);
    expect(storage.getItem('rollout.comparison')).not.toBeNull();
    open.comparison.end();
    expect(storage.getItem('rollout.comparison')).toBeNull();
    await untilStatus(open, 'finished');
    expect(open.begun.length).toBe(1);
  });
});

describe('a reload', () => {
  /** A page that is gone in the middle of the third run. */
  async function left() {
    const storage = storageOf();
    const open = await page({ fake: { stepTime: 15 }, storage: () => storage });
    open.comparison.start(result, both);
    await untilBegun(open, 3);
    await untilStep(open, 2);
    await open.session.toggle();
    await untilStatus(open, 'paused');
    await open.library.read(open.run.getState().key);
    open.host.taken.clear();
    return { storage, key: open.run.getState().key, host: open.host };
  }

  it('leaves what was planned, draws nothing of it before it is asked for, and trains only what is missing', async () => {
    const { storage, host, key } = await left();
    const open = await page({ host, storage: () => storage });
    expect(open.comparison.getState()).toMatchObject({ phase: 'kept', drawn: [], result: null });
    // The tab comes back to the run that it showed.
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

  it('in another tab trains the run that was on its way again, and what is gone from the list', async () => {
    const { storage, host } = await left();
    const [first] = readPlan(storage.getItem('rollout.comparison'))?.runs ?? [];
    const database = await host.open();
    await database.remove(first?.id ?? '');
    const open = await page({ host, storage: () => storage });
    await open.comparison.goOn();
    await untilDone(open);
    expect(open.begun).toEqual(['0.5 11', ...inOrder.slice(2)]);
  });

  it('says why where the stored result cannot be read, and lets one try again', async () => {
    const { storage, host } = await left();
    const load = vi
      .fn<(experiment: string) => Promise<StoredResult>>(async () => result)
      .mockRejectedValueOnce(new Error('claims/paper-80.json: 404'));
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

  it('forgets a plan whose arms are gone from the stored result, and what it can make nothing of', async () => {
    const { storage, host } = await left();
    const open = await page({ host, storage: () => storage, load: async () => ({ ...result, arms: [] }) });
    await open.comparison.goOn();
    expect(open.comparison.getState().plan).toBeNull();
    expect(storage.getItem('rollout.comparison')).toBeNull();
    const hostile = storageOf({ 'rollout.comparison': '{"experiment":"../../x","arms":["<img>"]}' });
    expect((await page({ storage: () => hostile })).comparison.getState().plan).toBeNull();
  });

  it('goes on without a storage', async () => {
    const open = await page({
      storage: () => {
        throw new Error('refused');
      },
    });
    open.comparison.start(result, { ...both, seeds: 1 });
    await untilDone(open);
    expect(open.begun.length).toBe(2);
  });
});
