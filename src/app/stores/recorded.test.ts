import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readFileSync, statSync } from 'node:fs';
import { present } from '../../lib/assert.ts';
import { presetConfig } from '../../rl/config.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { MemoryDatabase, memoryHost } from '../fixture/memoryDatabase.ts';
import { fakeKeptRun } from '../fixture/fakeRun.ts';
import { chartsOf } from '../chartSpecs.ts';
import { createLibrary } from './library.ts';
import { playRecorded, recorded, recordedRows, recordedSchema } from './recorded.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

const path = 'public/recorded/default.json';
const file = recordedSchema.parse(JSON.parse(readFileSync(path, 'utf8')));

beforeEach(() => {
  vi.useFakeTimers();
  recorded.setState({ run: null, rows: [], everywhere: false });
});
afterEach(() => void vi.useRealTimers());

async function page({ database = new MemoryDatabase(), still = false, armed = false, load = async (): Promise<unknown> => file } = {}) {
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, {});
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const settings = createSettingsStore(tasks, { preset: 'default', config: presetConfig('default'), notices: [] });
  const session = createSession(run, settings, { backend: 'auto', workers: 'auto' });
  const library = createLibrary(session, memoryHost(database));
  run.arm(armed);
  const playing = playRecorded(session, library, { load, still });
  await library.start();
  await playing;
  return { run, settings, session };
}

describe('the recorded run', () => {
  it('is a real one that says when, from what seed and code, and is small', () => {
    expect(statSync(path).size).toBeLessThan(30_000);
    expect(file.command).toBe('npm run record -- --preset default --seed 1');
    expect(file.codeVersion).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);
    const rows = recordedRows(file);
    expect(rows).toHaveLength(presetConfig('default').maxSteps);
    const [before, after] = [present(file.evaluations[0], 'the base'), present(file.evaluations[1], 'the end')];
    expect(after.sampled - before.sampled).toBeGreaterThan(0.25);
    // Every line of the first charts is there.
    const drawn = chartsOf(tasks.find(({ id }) => id === 'sums'), []).main.flatMap(({ series }) => series.filter(({ sparse }) => !sparse).map(({ key }) => key));
    expect(drawn.filter((key) => !rows.some(({ values }) => key in values))).toEqual([]);
  });

  it('moves, stands at its end, and gives way to the first live step', async () => {
    const { session, run } = await page();
    const { everywhere, rows: { length: begun } } = recorded.getState();
    expect(everywhere).toBe(false);
    await vi.advanceTimersByTimeAsync(2000);
    expect(recorded.getState().rows.length).toBeGreaterThan(begun + 10);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(recorded.getState().rows).toHaveLength(100);
    const opened = session.open();
    await vi.runAllTimersAsync();
    await opened;
    expect(recorded.getState()).toMatchObject({ run: { seed: 1 }, everywhere: true });
    expect(run.getState().rows.filter(({ step }) => step > 0)).toEqual([]);
    const stepped = session.step();
    await vi.runAllTimersAsync();
    await stepped;
    expect(recorded.getState()).toEqual({ run: null, rows: [], everywhere: false });
  });

  it('does not begin while a live one is awaited, and begins when it no longer is', async () => {
    const { run } = await page({ armed: true });
    expect(recorded.getState().run).toBeNull();
    run.arm(false);
    expect(recorded.getState().run).not.toBeNull();
    run.arm(true);
    const { length } = recorded.getState().rows;
    await vi.advanceTimersByTimeAsync(5000);
    expect(recorded.getState().rows).toHaveLength(length);
  });

  it('is all there at once where motion is to be reduced', async () => {
    await page({ still: true });
    expect(recorded.getState().rows).toHaveLength(100);
  });

  it('is not drawn beside other settings, where there are runs of one’s own, or where the file is none', async () => {
    const { settings } = await page();
    expect(recorded.getState().run).not.toBeNull();
    settings.setKnob('beta', 0.5);
    expect(recorded.getState().run).toBeNull();
    const database = new MemoryDatabase();
    await database.commit({ ...fakeKeptRun(presetConfig('default')), steps: 3 }, [], null);
    await page({ database });
    expect(recorded.getState().run).toBeNull();
    for (const load of [async () => ({ ...file, columns: { reward: ['x'] } }), async () => Promise.reject(new Error('404')), async () => null]) {
      await page({ load });
      expect(recorded.getState().run).toBeNull();
    }
  });
});
