/** @file The river is read while it is seen, at rest at once, and in training within its share of the time. */
import { expect, test, vi } from 'vitest';
import { presetConfig } from '../../rl/config/presets.ts';
import type { River, RiverQuery } from '../../rl/river/river.ts';
import type { StepReport } from '../../rl/run/trainer.ts';
import { tasks } from '../../tasks/index.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { groupToShow, withFrame } from './riverFilm.ts';
import { RIVER_SHARE, riverStoreOf } from './riverStore.ts';
import { createRunStore } from './runStore.ts';

/** A run on a trainer whose readings take `seconds` and are recorded. */
async function page({ seconds = 0.002, refuses = false, isSeen = false } = {}) {
  const queries: RiverQuery[] = [];
  class Recorded extends FakeTrainer {
    override async river(query: RiverQuery): Promise<River> {
      queries.push(query);
      if (refuses) throw new Error('The policy big chooses among 49152 tokens');
      return { ...(await super.river(query)), seconds };
    }
  }
  const run = createRunStore(() => {
    const trainer = new Recorded(tasks, {});
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const river = riverStoreOf(run);
  const whole = { ...presetConfig('default'), evalEvery: 0, maxSteps: 40, promptsPerStep: 4 };
  const opening = run.open(whole, { backend: 'auto', workers: 'auto' });
  if (isSeen) river.watch();
  await opening;
  const settled = (check: () => void) => vi.waitFor(check, 10_000);
  return { run, river, queries, settled };
}

test('nothing is read while the river is not seen', async () => {
  const { run, river, queries } = await page();
  await run.step();
  expect(queries).toEqual([]);
  river.watch()();
  await vi.waitFor(() => expect(river.getState().frames).toHaveLength(1));
  await run.step();
  expect(queries.length).toBe(1);
});

test('before training it is the river of the coming prompt; a step adds a picture and its update', async () => {
  const { run, river, queries, settled } = await page({ isSeen: true });
  await settled(() => expect(river.getState().frames.map(({ step }) => step)).toEqual([0]));
  await run.step();
  await settled(() => expect(river.getState().update?.step).toBe(1));
  const { frames, update } = river.getState();
  expect(frames.map(({ step }) => step)).toEqual([0, 1]);
  expect(update).toMatchObject({ isSingle: true, hasAdvantages: true, groups: 4 });
  const group = run.getState().reports[0]!.groups[update!.group - 1]!;
  expect(update!.completions).toBe(group.completions);
  expect(update!.river).toMatchObject({ prompt: group.prompt, hasBefore: true });
  expect(queries.map(({ prompt, before }) => [prompt, before])).toEqual([
    [null, false],
    [frames[0]!.prompt, false],
    [group.prompt, true],
  ]);
});

test.each([0.002, 0.09, 5])(
  'in training all readings of %d s together stay below their share of its time',
  async (seconds) => {
    const { run, river, settled } = await page({ seconds });
    river.watch();
    await settled(() => expect(river.getState().frames).toHaveLength(1));
    await run.start();
    await settled(() => expect(run.getState().status).toBe('finished'));
    await settled(() => expect(river.getState().update?.step).toBe(40));
    const { frames, share, update } = river.getState();
    const during = frames.filter(({ step }) => step > 0 && step < 40).length;
    const trained = run.getState().rows.reduce((sum, { values }) => sum + (values['step_time'] ?? 0), 0);
    if (seconds < 1) expect(during).toBeGreaterThan(1);
    // Only the first reading is not expected: its length is not known before it.
    expect(during * seconds).toBeLessThanOrEqual(Math.max(seconds, RIVER_SHARE * trained));
    if (share !== null && seconds < 1) expect(share).toBeLessThanOrEqual(RIVER_SHARE + 1e-9);
    expect(update?.isSingle).toBe(false);
    expect(frames.at(-1)?.step).toBe(40);
  },
);

test('a run that starts as soon as it is open does not wait for its first river', async () => {
  const queries: RiverQuery[] = [];
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, { stepTime: 1 });
    trainer.river = async (query) => (queries.push(query), Promise.reject(new Error('none')));
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  riverStoreOf(run).watch();
  const opening = run.open(
    { ...presetConfig('default'), evalEvery: 0, maxSteps: 1 },
    { backend: 'auto', workers: 'auto' },
  );
  run.arm(true);
  await opening;
  expect(queries).toEqual([]);
  await vi.waitFor(() => expect(run.getState().status).toBe('finished'));
});

test('while training goes on the film takes the place of an earlier update', async () => {
  const { run, river, settled } = await page();
  river.watch();
  await run.step();
  await settled(() => expect(river.getState().update?.step).toBe(1));
  await run.start();
  await settled(() => expect(river.getState()).toMatchObject({ update: null, share: expect.any(Number) }));
});

test('a run without a river says why, is asked once, and the next run is asked again', async () => {
  const { run, river, queries, settled } = await page({ refuses: true });
  river.watch();
  await settled(() => expect(river.getState().error).toContain('chooses among 49152 tokens'));
  await run.step();
  expect(queries).toHaveLength(1);
  await run.reset();
  await settled(() => expect(queries).toHaveLength(2));
});

test('the film can go on with another prompt', async () => {
  const { run, river, settled } = await page();
  river.watch();
  await run.step();
  await settled(() => expect(river.getState().update).not.toBeNull());
  const prompt = run.getState().reports[0]!.groups[3]!.prompt;
  river.film(prompt);
  await settled(() => expect(river.getState().frames.map((frame) => frame.prompt)).toEqual([prompt]));
});

test('the group of the filmed prompt is shown, else that whose rewards differ most', async () => {
  const { run } = await page();
  await run.step();
  const { groups } = run.getState().reports[0] as StepReport;
  const flat = {
    ...groups[0]!,
    prompt: 'flat',
    completions: groups[0]!.completions.map((one) => ({ ...one, reward: 1 })),
  };
  const mixed = (prompt: string, right: number) => ({
    ...groups[0]!,
    prompt,
    completions: groups[0]!.completions.map((one, i) => ({ ...one, reward: i < right ? 1 : 0, correct: i < right })),
  });
  const all = [flat, mixed('one', 1), mixed('half', 4)];
  expect(groupToShow(all, undefined)).toBe(2);
  expect(groupToShow(all, 'one')).toBe(1);
  expect(groupToShow(all, 'flat')).toBe(2);
});

test('pictures are kept in order, one a step, and a long film is thinned', () => {
  const frame = (step: number, prompt = 'p') => ({ prompt, step }) as River;
  const film = Array.from({ length: 400 }, (_, step) => step).reduce<readonly River[]>(
    (frames, step) => withFrame(frames, frame(step)),
    [],
  );
  expect(film.length).toBeLessThanOrEqual(160);
  expect(film.map(({ step }) => step)).toEqual(film.map(({ step }) => step).toSorted((a, b) => a - b));
  expect([film[0]?.step, film.at(-1)?.step]).toEqual([0, 399]);
  const odd = film.find(({ step }, at) => at % 2 === 1 && step < 100)!.step;
  expect(withFrame(film, frame(odd)).map(({ step }) => step)).toEqual(film.map(({ step }) => step));
  const full = Array.from({ length: 160 }, (_, at) => frame(10 * at));
  expect(withFrame(full, frame(11)).map(({ step }) => step)).toEqual(expect.arrayContaining([11, 1590]));
  expect(withFrame(film, frame(1, 'q'))).toHaveLength(1);
});
