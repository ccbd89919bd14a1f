import { describe, expect, it, vi } from 'vitest';
import { defaultConfig } from '../../rl/config/config.ts';
import type { TrainerError } from '../../rl/run/trainer.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer, type FakeOptions } from '../fixture/fakeTrainer.ts';
import { createRunStore, toTrainerError } from './runStore.ts';

vi.mock('react', () => ({}));

const options = { backend: 'wasm', workers: 1 } as const;
const config = { ...defaultConfig, maxSteps: 12, promptsPerStep: 2, numGenerations: 4, evalEvery: 5 };

function storeOn(fake: FakeOptions = {}) {
  const made: { trainer: FakeTrainer; ended: boolean }[] = [];
  const run = createRunStore(() => {
    const entry = { trainer: new FakeTrainer(tasks, fake), ended: false };
    made.push(entry);
    return { trainer: entry.trainer, listen: entry.trainer.listen, terminate: () => void (entry.ended = true) };
  });
  return { run, made };
}

const until = (run: ReturnType<typeof storeOn>['run'], status: string) =>
  vi.waitFor(() => expect(run.getState().status).toBe(status));

describe('a run', () => {
  it('loads, trains to the end and keeps every step and evaluation as a row', async () => {
    const { run } = storeOn();
    const opening = run.open(config, options);
    expect(run.getState().status).toBe('loading');
    await opening;
    expect(run.getState()).toMatchObject({ status: 'ready', loading: null, step: 0 });
    await run.start();
    await until(run, 'finished');
    const { rows, reports, step } = run.getState();
    expect(step).toBe(12);
    expect(rows.map((row) => row.step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
    expect(rows.filter((row) => 'eval/sampled' in row.values).map((row) => row.step)).toEqual([0, 5, 10]);
    expect(reports.at(-1)?.groups).toHaveLength(2);
  });

  it('is never seen under its key with the trainer’s facts of the run before', async () => {
    const { run } = storeOn();
    await run.open(config, options);
    const { key } = run.getState();
    const seen: unknown[] = [];
    const stop = run.subscribe((state) => state.key !== key && seen.push([state.status, state.info]));
    await run.open({ ...config, seed: 2 }, options);
    stop();
    expect(seen.length).toBeGreaterThan(1);
    expect(seen[0]).toEqual(['loading', null]);
  });

  it('pauses after the running step and continues from there', async () => {
    const { run } = storeOn({ stepTime: 10 });
    await run.open(config, options);
    await run.start();
    await vi.waitFor(() => expect(run.getState().step).toBeGreaterThan(1));
    const pausing = run.pause();
    expect(run.getState().status).toBe('pausing');
    await pausing;
    const { step, status } = run.getState();
    expect(status).toBe('paused');
    await run.step();
    expect(run.getState()).toMatchObject({ step: step + 1, status: 'paused' });
    expect(run.getState().rows.filter((row) => row.step === step + 1)).toHaveLength(1);
  });

  it('starts by itself when Train was pressed while loading', async () => {
    const { run } = storeOn({ loadTime: 20 });
    const opening = run.open(config, options);
    run.arm(true);
    await opening;
    await until(run, 'finished');
    expect(run.getState().armed).toBe(false);
  });

  it('forgets its steps on Reset', async () => {
    const { run } = storeOn();
    await run.open(config, options);
    await run.step();
    await run.reset();
    expect(run.getState()).toMatchObject({ step: 0, rows: [], reports: [], status: 'ready' });
  });

  it('ignores the step and evaluation of the run before it', async () => {
    const { run } = storeOn({ stepTime: 10 });
    await run.open({ ...config, evalEvery: 1 }, options);
    const stepping = run.step();
    const opening = run.open({ ...config, seed: 7 }, options);
    const seen = new Set<string>();
    run.subscribe(({ status, step, rows }) => void seen.add([status, step, rows.length].join()));
    await Promise.all([stepping, opening]);
    expect([...seen]).toEqual(['loading,0,0', 'ready,0,0']);
    expect(run.getState()).toMatchObject({ step: 0, rows: [], reports: [], status: 'ready' });
  });
});

describe('a failure', () => {
  it('is kept as data with the steps before it, and opening again replaces the trainer', async () => {
    const { run, made } = storeOn({ failAt: 3 });
    await run.open(config, options);
    await run.start();
    await until(run, 'failed');
    expect(run.getState().error?.code).toBe('device-lost');
    expect(run.getState().step).toBe(3);
    await run.open(config, options);
    expect(made.map((entry) => entry.ended)).toEqual([true, false]);
    expect(run.getState()).toMatchObject({ status: 'ready', error: null, step: 0 });
  });

  it('before the run existed renews the cached files, and no other failure does', async () => {
    const done: string[] = [];
    const run = createRunStore(() => {
      const trainer = new FakeTrainer(tasks);
      if (done.length === 0) vi.spyOn(trainer, 'open').mockRejectedValue(new Error('expected magic word'));
      done.push('made');
      return {
        trainer,
        listen: trainer.listen,
        terminate: () => void done.push('ended'),
        renew: async () => {
          await new Promise((resume) => void setTimeout(resume, 5));
          done.push('renewed');
        },
      };
    });
    await run.open(config, options);
    expect(run.getState()).toMatchObject({ status: 'failed', info: null });
    const opening = run.open(config, options);
    expect(run.getState()).toMatchObject({ status: 'loading', error: null });
    await opening;
    expect(done).toEqual(['made', 'renewed', 'ended', 'made']);
    expect(run.getState().status).toBe('ready');
  });

  it('loses no step: a fresh trainer replays those after the snapshot', async () => {
    const { run, made } = storeOn({ failAt: 12 });
    await run.open({ ...config, maxSteps: 30 }, options);
    await run.start();
    await until(run, 'failed');
    const { key, parent, initial, rows, step, checkpoint } = run.getState();
    expect([step, checkpoint?.step]).toEqual([12, 10]);
    await run.comeBack(
      { key, parent, initial: initial ?? config, adjusted: false, rows, step, snapshot: checkpoint },
      options,
    );
    expect(made.map((entry) => entry.ended)).toEqual([true, false]);
    expect(run.getState()).toMatchObject({ status: 'paused', step: 12, error: null, key, replaying: false });
    expect(run.getState().replay).toEqual({ from: 10, step: 12, target: 12, differing: 0 });
    expect(run.getState().reports.map((report) => report.step)).toEqual([11, 12]);
    expect(run.getState().rows.map((row) => row.step)).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]);
  });

  it('counts replayed steps that differ from the kept ones, and takes the new ones', async () => {
    const { run } = storeOn();
    await run.open(config, options);
    for (let step = 0; step < 3; step++) await run.step();
    const { rows } = run.getState();
    const changed = rows.map((row) => (row.step === 2 ? { ...row, values: { ...row.values, reward: -1 } } : row));
    await run.comeBack(
      { key: 'other', parent: null, initial: config, adjusted: false, rows: changed, step: 3, snapshot: null },
      options,
    );
    expect(run.getState().replay).toMatchObject({ from: 0, differing: 1 });
    expect(run.getState().rows.map((row) => row.values.reward)).toEqual(rows.map((row) => row.values.reward));
  });

  it('is shown in the trainer’s words even if the request throws another error', async () => {
    const { run } = storeOn({ failAt: 1 });
    await run.open(config, options);
    await run.step();
    await run.step();
    expect(run.getState()).toMatchObject({ status: 'failed', step: 1, error: { code: 'device-lost' } });
    expect(run.getState().error?.kept).toMatch(/steps before/);
  });

  it('of an older opening is ignored', async () => {
    const { run } = storeOn();
    const first = run.open({ ...config, task: 'sums' }, options);
    const second = run.open({ ...config, seed: 7 }, options);
    await Promise.all([first, second]);
    expect(run.getState().info?.config.seed).toBe(7);
    expect(run.getState().status).toBe('ready');
  });

  it('of any kind becomes a sentence', () => {
    const known: TrainerError = { code: 'a', message: 'b', kept: 'c', remedy: 'd' };
    expect(toTrainerError(Object.assign(new Error('b'), known))).toEqual(known);
    expect(toTrainerError('boom')).toMatchObject({
      code: 'failed',
      message: expect.stringMatching(/^Something failed/),
      details: 'boom',
    });
  });
});
