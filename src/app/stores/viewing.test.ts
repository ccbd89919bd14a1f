/** @file Earlier steps of a run, rebuilt on Node: bit for bit as they were, and the run trains on as if nobody had looked. */
import { afterEach, expect, test, vi } from 'vitest';
import { onNode, timeless, tinyConfig, tinyTrainer } from '../../../testing/tinyRun.ts';
import type { CompletionReport } from '../../rl/step/report.ts';
import type { Trainer } from '../../rl/run/trainer.ts';
import { knownTasks as tasks } from '../../tasks/index.ts';
import { memoryHost } from '../fixture/memoryDatabase.ts';
import { createLibrary } from './library.ts';
import { createRunStore, type RunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';
import { createViewing } from './viewing.ts';

vi.mock('react', () => ({}));
const pages: { dispose(): void }[] = [];
afterEach(() => pages.splice(0).forEach((page) => page.dispose()));

const config = { ...tinyConfig, promptsPerStep: 2, shardSize: 8, maxSteps: 40, evalEvery: 3 };

const newRun = () =>
  createRunStore(() => {
    const trainer = tinyTrainer();
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });

/** A page with a run on Node; pages of one host share a browser. */
async function page(host = memoryHost()) {
  host.taken.clear();
  const run = newRun();
  const settings = createSettingsStore(tasks, { preset: '', config, notices: [] });
  const session = createSession(run, settings, onNode);
  const library = createLibrary(session, host);
  await library.start();
  const made: RunStore[] = [];
  const viewing = createViewing({ run, library, options: onNode, newRun: () => (made.push(newRun()), made.at(-1)!) });
  pages.push({ dispose: () => (viewing.dispose(), session.dispose()) });
  return { host, run, settings, session, library, viewing, made };
}

type Page = Awaited<ReturnType<typeof page>>;

/** All that the page asks a trainer about its newest step, where a completion of that step was `opened`. */
async function seenIn(trainer: Trainer, prompt: string, step: number, opened: CompletionReport) {
  const { seconds: _, ...river } = await trainer.river({ prompt, before: true, paths: [opened.tokenIds] });
  return {
    river,
    places: await trainer.distributions({ prompt, tokenIds: opened.tokenIds, step: step - 1 }),
    answers: await trainer.ask('12+3=', { temperature: 1, seed: 5, samples: 3 }),
    adapter: await trainer.adapter(),
  };
}

/** The newest step of a run, with all that was read of it. */
async function seen(run: RunStore) {
  const { step, reports } = run.getState();
  const report = reports.find((one) => one.step === step)!;
  const [{ prompt, completions }] = report.groups as [(typeof report.groups)[number]];
  return {
    report: { ...report, metrics: timeless(report.metrics), tokensPerSecond: 0 },
    ...(await seenIn(run.trainer(), prompt, step, completions[0]!)),
  };
}

async function seenAt({ viewing }: Page, step: number) {
  viewing.look(step);
  const past = await viewing.reader();
  expect(past?.getState()).toMatchObject({ step, replaying: false, replay: { target: step, differing: 0 } });
  return seen(past!);
}

test('a rebuilt step answers as it did, before and after a reload, and the run goes on bit for bit', async () => {
  const first = await page();
  await first.session.open();
  const live: Record<number, Awaited<ReturnType<typeof seen>>> = {};
  for (let step = 1; step <= 13; step++) {
    await first.session.step();
    if ([2, 5, 12, 13].includes(step)) live[step] = await seen(first.run);
  }
  const state = first.run.getState();
  expect(live[5]!.places.every(({ logProb }) => logProb.before !== undefined)).toBe(true);
  for (const step of [5, 12, 2]) expect(await seenAt(first, step)).toEqual(live[step]);
  expect(first.run.getState()).toEqual({ ...state, status: 'paused' });
  expect(first.made).toHaveLength(1);
  first.viewing.look(null);
  expect(await first.viewing.reader()).toBe(first.run);
  expect(await first.run.trainer().adapter()).toEqual(live[13]!.adapter);

  const second = await page(first.host);
  expect(await second.library.restore(config)).toBe(true);
  expect(await seenAt(second, 12)).toEqual(live[12]);
  expect(second.made[0]!.getState().replay).toMatchObject({ from: 10 });
  expect(await seenAt(second, 2)).toEqual(live[2]);
  // The same steps without anybody looking back.
  const alone = await page();
  await alone.session.open();
  for (let step = 1; step <= 14; step++) await alone.session.step();
  for (const { session } of [first, second]) await session.step();
  const whole = await seen(alone.run);
  for (const { run } of [first, second]) expect(await seen(run)).toEqual(whole);
});

test('marks are the kept checkpoints; moving on drops the question, and Train or another run ends the view', async () => {
  const { session, settings, viewing, run, made } = await page();
  await session.open();
  for (let step = 1; step <= 11; step++) await session.step();
  await vi.waitFor(() => expect(viewing.getState().checkpoints).toEqual([10]));
  viewing.look(12);
  expect(viewing.getState()).toMatchObject({ step: null, past: null });
  viewing.look(4);
  const missed = viewing.reader();
  viewing.look(3);
  expect(await missed).toBeNull();
  expect((await viewing.reader())?.getState()).toMatchObject({ step: 3, replay: { from: 0 } });
  // A settings change in the run is part of the steps after it alone.
  settings.setKnob('learningRate', 0.005);
  await vi.waitFor(() => expect(run.getState()).toMatchObject({ adjusted: true, checkpoint: { step: 11 } }));
  await session.step();
  expect(viewing.getState().step).toBeNull();
  viewing.look(0);
  const base = (await viewing.reader())!;
  expect(base.getState()).toMatchObject({ step: 0, status: 'ready', config: { learningRate: 0.01 } });
  const { base: answers, tuned } = await base.trainer().ask('12+3=', { temperature: 1, seed: 5, samples: 3 });
  expect(tuned).toEqual(answers);
  await session.step();
  viewing.look(12);
  expect((await viewing.reader())?.getState()).toMatchObject({
    config: { learningRate: 0.005 },
    replay: { from: 11, differing: 0 },
  });
  expect(made).toHaveLength(1);
  await session.reset();
  expect(viewing.getState()).toMatchObject({ step: null, past: null, checkpoints: [] });
});

test('without kept checkpoints a step is rebuilt from the start, and a trainer that fails is reported and replaced', async () => {
  const { session, viewing, made } = await page();
  await session.open();
  for (let step = 1; step <= 3; step++) await session.step();
  viewing.look(1);
  const past = (await viewing.reader())!;
  past.trainer().restore = () => Promise.reject(new Error('the device is gone'));
  past.trainer().reset = () => Promise.reject(new Error('the device is gone'));
  viewing.look(2);
  await expect(viewing.reader()).rejects.toThrow(/./);
  expect(past.getState().error?.details).toContain('the device is gone');
  viewing.look(1);
  await vi.waitFor(() => expect(made[0]!.getState().status).not.toBe('failed'), 5000);
  expect((await viewing.reader())?.getState()).toMatchObject({ step: 1, error: null });
});
