import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { present } from '../../lib/assert.ts';
import { presetConfig, presets } from '../../rl/config/presets.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { writable } from '../../../testing/app/writable.ts';
import { MemoryDatabase, memoryHost } from '../fixture/memoryDatabase.ts';
import { fakeKeptRun } from '../fixture/fakeRun.ts';
import { chartsOf } from '../chartSpecs.ts';
import { createLibrary } from './library.ts';
import { playRecorded, recorded, recordedRows, recordedSchema } from './recorded.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

const fileOf = (preset: string): unknown => JSON.parse(readFileSync(`public/recorded/${preset}.json`, 'utf8'));
const none = { run: null, rows: [], scene: null, shown: 0, everywhere: false };

beforeEach(() => {
  vi.useFakeTimers();
  writable(recorded).setState(none);
});
afterEach(() => void vi.useRealTimers());

interface PageOptions {
  readonly database?: MemoryDatabase;
  readonly still?: boolean;
  readonly armed?: boolean;
  readonly preset?: string;
  readonly returning?: boolean;
  readonly load?: (preset: string) => Promise<unknown>;
}

async function page({
  database = new MemoryDatabase(),
  still = false,
  armed = false,
  preset = 'default',
  returning = false,
  load = async (id) => fileOf(id),
}: PageOptions = {}) {
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, {});
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const settings = createSettingsStore(tasks, { preset, config: presetConfig(preset), notices: [] });
  const session = createSession(run, settings, { backend: 'auto', workers: 'auto' });
  const library = createLibrary(session, memoryHost(database));
  run.arm(armed);
  const playing = playRecorded(session, library, { load, still, returning });
  await library.start();
  await playing;
  // Lets the file load.
  await vi.advanceTimersByTimeAsync(1);
  const done = async (work: Promise<void>) => {
    await vi.runAllTimersAsync();
    await work;
  };
  return { run, settings, session, library, done };
}

/** A page with an open run and one trained step. */
async function trained() {
  const opened = await page();
  await opened.done(opened.session.open());
  await opened.done(opened.session.step());
  return opened;
}

describe('the recorded files', () => {
  const ids = presets.filter(({ model }) => model === undefined).map(({ id }) => id);

  it('exist for every preset with a shipped base and nothing else', () => {
    expect(readdirSync('public/recorded').toSorted()).toEqual(ids.map((id) => `${id}.json`).toSorted());
  });

  it.each(ids)('%s is a run with date, seed and code version, and small', (preset) => {
    const file = recordedSchema.parse(fileOf(preset));
    expect(statSync(`public/recorded/${preset}.json`).size).toBeLessThan(30_000);
    expect(file).toMatchObject({ preset, command: `npm run record -- --preset ${preset} --seed ${file.seed}` });
    expect(file.seed, 'drawn over a live run of the same seed it would be the answer').not.toBe(
      presetConfig(preset).seed,
    );
    expect(file.codeVersion).toMatch(/^\d+\.\d+\.\d+\+[0-9a-f]{8}$/);
    const rows = recordedRows(file);
    const config = presetConfig(preset);
    expect(rows).toHaveLength(config.maxSteps);
    // The file has every line of the first charts; accuracy of a method only where the policy uses it.
    const isUsed = (key: string) =>
      !key.endsWith('/accuracy') ||
      rows.some(
        ({ values }) =>
          (values[key.replace('/accuracy', '/share')] ?? 0) * config.promptsPerStep * config.numGenerations >= 4,
      );
    const drawn = chartsOf(
      tasks.find(({ id }) => id === config.task),
      [],
    ).main.flatMap(({ series }) => series.filter(({ sparse }) => !sparse).map(({ key }) => key));
    expect(drawn.filter((key) => isUsed(key) && !rows.some(({ values }) => key in values))).toEqual([]);
  });

  it('of the default preset has rivers that widen, with shares that sum to 1, and a group with both verdicts', () => {
    const { scene, columns } = recordedSchema.parse(fileOf('default'));
    const { rivers, group } = present(scene, 'the pictures');
    const ends = (right: boolean, at: number) =>
      present(rivers[at], 'a river')
        .nodes.filter(({ kind, correct }) => kind === 'end' && correct === right)
        .reduce((sum, { probabilities }) => sum + (probabilities[0] ?? 0), 0);
    expect(rivers.map(({ step }) => step)).toEqual([0, 10, 20, 40]);
    expect(new Set(rivers.map(({ prompt }) => prompt)).size).toBe(1);
    expect(ends(true, 3)).toBeGreaterThan(ends(true, 0) + 0.2);
    for (const { nodes } of rivers) {
      const whole = nodes.reduce(
        (sum, { kind, probabilities, rest }) => sum + (kind === 'inner' ? 0 : (probabilities[0] ?? 0)) + (rest[0] ?? 0),
        0,
      );
      expect(whole).toBeCloseTo(1, 3);
    }
    const verdicts = group.group.completions.map(({ correct }) => correct);
    expect(new Set(verdicts).size).toBe(2);
    // It is a group of the recorded run: with 8 groups of 8 the step's reward is a mean that it takes part in.
    expect(columns['reward']?.[group.step - 1]).toBeGreaterThan(verdicts.filter(Boolean).length / 64 - 1e-9);
  });

  it('of the default preset learns', () => {
    const { evaluations } = recordedSchema.parse(fileOf('default'));
    const [before, after] = [present(evaluations[0], 'the base'), present(evaluations[1], 'the end')];
    expect(after.sampled - before.sampled).toBeGreaterThan(0.25);
  });
});

describe('the recorded run', () => {
  it('is drawn step by step to its end, and stays while the live run has fewer steps', async () => {
    const { session, run, done } = await page();
    const { everywhere, shown: begun, rows } = recorded.getState();
    expect(everywhere).toBe(false);
    expect(rows).toHaveLength(100);
    await vi.advanceTimersByTimeAsync(2000);
    expect(recorded.getState().shown).toBeGreaterThan(begun + 10);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(recorded.getState().shown).toBe(100);
    await done(session.open());
    expect(recorded.getState()).toMatchObject({ run: { seed: 2 }, everywhere: true });
    expect(run.getState().rows.filter(({ step }) => step > 0)).toEqual([]);
    const before = recorded.getState();
    await done(session.step());
    // The state is the same object, so charts do not draw again.
    expect(recorded.getState()).toBe(before);
  });

  it('stops when a live run begins, and goes when that has more steps', async () => {
    const { session, run, done } = await page();
    const opened = session.open();
    await vi.advanceTimersByTimeAsync(100);
    await opened;
    const stepped = session.step();
    await vi.advanceTimersByTimeAsync(100);
    await stepped;
    const { shown } = recorded.getState();
    expect(shown).toBeLessThan(100);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(recorded.getState()).toMatchObject({ shown, everywhere: true });
    while (run.getState().step < 99) await done(session.step());
    expect(recorded.getState().run).not.toBeNull();
    await done(session.step());
    expect(recorded.getState()).toEqual(none);
  });

  it('goes when settings change or a run begins from step 0, and does not return to a run without it', async () => {
    for (const leave of [
      async ({ settings }: Awaited<ReturnType<typeof page>>) => settings.setKnob('beta', 0.5),
      async ({ session, done }: Awaited<ReturnType<typeof page>>) => done(session.reset()),
    ]) {
      const opened = await trained();
      expect(recorded.getState().run).not.toBeNull();
      await leave(opened);
      await vi.advanceTimersByTimeAsync(1);
      expect(recorded.getState()).toEqual(none);
      opened.settings.choosePreset('default');
      await opened.done(opened.session.step());
      expect(recorded.getState()).toEqual(none);
    }
  });

  it('belongs to the preset, also to one chosen later, once the current run has that preset', async () => {
    await page({ preset: 'countdown', still: true });
    expect(recorded.getState().rows).toHaveLength(150);
    writable(recorded).setState(none);
    const { settings, session, done } = await page({ still: true });
    expect(recorded.getState().rows).toHaveLength(100);
    await done(session.open());
    settings.choosePreset('formats');
    await vi.advanceTimersByTimeAsync(1);
    expect(recorded.getState()).toEqual(none);
    await done(session.reset());
    await vi.advanceTimersByTimeAsync(1);
    expect(recorded.getState().rows).toHaveLength(60);
  });

  it('does not begin while a live run is expected', async () => {
    const { run } = await page({ armed: true });
    expect(recorded.getState().run).toBeNull();
    run.arm(false);
    expect(recorded.getState().run).not.toBeNull();
    run.arm(true);
    const { shown } = recorded.getState();
    await vi.advanceTimersByTimeAsync(5000);
    expect(recorded.getState().shown).toBe(shown);
  });

  it('is complete at once with reduced motion', async () => {
    await page({ still: true });
    expect(recorded.getState().shown).toBe(100);
  });

  it('is drawn for a user with kept runs, but not if the tab returns to a run or another is drawn', async () => {
    const database = new MemoryDatabase();
    const kept = { ...fakeKeptRun(presetConfig('default')), steps: 3 };
    await database.commit(kept, [], null);
    const { library } = await page({ database });
    expect(recorded.getState().run).not.toBeNull();
    await library.toggleShown(kept.id);
    expect(recorded.getState()).toEqual(none);
    await page({ database, returning: true });
    expect(recorded.getState()).toEqual(none);
  });

  it('brings its pictures along, and takes them away with it', async () => {
    const { settings } = await page();
    expect(recorded.getState().scene?.rivers[0]?.step).toBe(0);
    settings.setKnob('beta', 0.5);
    expect(recorded.getState().scene).toBeNull();
    await page({ load: async () => ({ ...(fileOf('default') as object), scene: { rivers: [] } }) });
    expect(recorded.getState().run).toBeNull();
  });

  it('is not drawn with other settings, or if the file is invalid', async () => {
    const { settings } = await page();
    expect(recorded.getState().run).not.toBeNull();
    settings.setKnob('beta', 0.5);
    expect(recorded.getState().run).toBeNull();
    for (const load of [
      async () => ({ ...(fileOf('default') as object), columns: { reward: ['x'] } }),
      async () => Promise.reject(new Error('404')),
      async () => null,
      async () => fileOf('countdown'),
    ]) {
      await page({ load });
      expect(recorded.getState().run).toBeNull();
    }
  });
});
