import { afterEach, beforeEach, expect, test, vi } from 'vitest';
import { presetConfig } from '../../rl/config/presets.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';
import { watchSilence } from './silence.ts';

vi.mock('react', () => ({}));
beforeEach(() => void vi.useFakeTimers());
afterEach(() => void vi.useRealTimers());

const never = () => new Promise<never>(() => {});
const seconds = (count: number) => vi.advanceTimersByTimeAsync(1000 * count);

/** A page whose first trainer can be silenced, and whose later ones work. */
async function page({ reportsDeaths = true, stepTime = 2_000 } = {}) {
  const trainers: FakeTrainer[] = [];
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, { stepTime });
    trainers.push(trainer);
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const config = { ...presetConfig('default'), maxSteps: 500, promptsPerStep: 2, numGenerations: 2, evalEvery: 0 };
  const session = createSession(run, createSettingsStore(tasks, { preset: 'default', config, notices: [] }), {
    backend: 'auto',
    workers: 'auto',
  });
  watchSilence(run, async () => reportsDeaths);
  const opening = session.open();
  await seconds(1);
  await opening;
  return { run, session, trainers };
}

/** Trains three steps; then no event comes, nor an answer to Pause. */
async function silenced(options?: Parameters<typeof page>[0]) {
  const open = await page(options);
  const { run, session, trainers } = open;
  void session.toggle();
  await seconds(7);
  expect(run.getState()).toMatchObject({ status: 'running', step: 3, silent: false });
  Object.assign(trainers[0] as FakeTrainer, { emit: () => undefined, pause: never });
  void session.toggle();
  await seconds(1);
  expect(run.getState().status).toBe('pausing');
  return open;
}

test('a trainer without events for half a minute is reported silent, and an event ends that', async () => {
  const { run, session, trainers } = await page({ stepTime: 40_000 });
  void session.toggle();
  await seconds(29);
  expect(run.getState().silent).toBe(false);
  await seconds(2);
  expect(run.getState()).toMatchObject({ silent: true, status: 'running' });
  await seconds(10);
  expect(run.getState()).toMatchObject({ silent: false, step: 1 });
  expect(trainers).toHaveLength(1);
});

test('a user who stops waiting has a failed run, and can open it again at its last step', async () => {
  const { run, session, trainers } = await silenced();
  await seconds(30);
  expect(run.getState()).toMatchObject({ status: 'pausing', silent: true });
  run.lose('The training worker did not answer.');
  expect(run.getState()).toMatchObject({
    status: 'failed',
    silent: false,
    step: 3,
    error: { code: 'worker-silent', message: 'The training worker did not answer.' },
  });
  const opening = session.reopen();
  await seconds(10);
  await opening;
  expect(run.getState()).toMatchObject({ status: 'paused', step: 3, error: null });
  expect(trainers).toHaveLength(2);
});

test('if the browser does not report dead workers, a worker is given up after a silence far longer than any before', async () => {
  const { run } = await silenced({ reportsDeaths: false });
  await seconds(58);
  expect(run.getState().status).toBe('pausing');
  await seconds(2);
  expect(run.getState()).toMatchObject({ status: 'failed', error: { code: 'worker-silent' } });
});

test('if it does, a silent worker counts as busy', async () => {
  const { run } = await silenced();
  await seconds(3_600);
  expect(run.getState()).toMatchObject({ status: 'pausing', silent: true });
});

test('slow steps raise the limit', async () => {
  const { run, session, trainers } = await page({ reportsDeaths: false, stepTime: 20_000 });
  void session.toggle();
  await seconds(61);
  Object.assign(trainers[0] as FakeTrainer, { emit: () => undefined });
  await seconds(195);
  expect(run.getState()).toMatchObject({ status: 'running', step: 3 });
  await seconds(10);
  expect(run.getState().status).toBe('failed');
});

test('a run at rest is not timed', async () => {
  const { run } = await page({ reportsDeaths: false });
  await seconds(3_600);
  expect(run.getState()).toMatchObject({ status: 'ready', silent: false });
  expect(vi.getTimerCount()).toBe(0);
});
