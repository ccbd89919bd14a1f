/** @file Running arms of a stored result again: with their settings, at once, named, and beside those that were run before. */
import { expect, it, vi } from 'vitest';
import { tasks } from '../../tasks/index.ts';
import type { StoredResult } from '../../lessons/storedResult.ts';
import { FakeTrainer } from '../fixture/fakeTrainer.ts';
import { memoryHost } from '../fixture/memoryDatabase.ts';
import { readLink } from '../url.ts';
import { createComparison } from './comparison.ts';
import { createLibrary } from './library.ts';
import { createPlaceStore } from './placeStore.ts';
import { createRunStore } from './runStore.ts';
import { createSession } from './session.ts';
import { createSettingsStore } from './settingsStore.ts';

vi.mock('react', () => ({}));

const arm = (id: string, title: string, flags: string[]) => ({ arm: id, title, flags: ['--steps', '4', ...flags], runs: 3, metrics: {} });
const result: StoredResult = {
  experiment: 'paper-80', paper: 80, claim: 'C', method: 'M', command: 'run', version: 'v', date: '2026-01-01', seeds: [11, 12, 13], verdict: 'shown', policies: ['default'], preset: 'default',
  metrics: [{ id: 'gap', title: 'gap', unit: '', digits: 2 }], checks: [], arms: [arm('leash', 'Leashed', ['--beta', '0.5']), arm('free', 'Free', ['--beta', '0'])],
};

async function page() {
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, {});
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const session = createSession(run, createSettingsStore(tasks, readLink('', '', tasks)), { backend: 'auto', workers: 'auto' });
  const library = createLibrary(session, memoryHost());
  await library.start();
  const place = createPlaceStore({ view: 'atlas', lesson: null, entry: 'paper-80' });
  return { run, session, library, place, comparison: createComparison({ session, library, place, tasks }) };
}

it('opens the arm from a page that has loaded nothing, trains it, and goes to the playground', async () => {
  const { run, session, place, library, comparison } = await page();
  const [leash, free] = result.arms;
  if (!leash || !free) throw new Error('two arms are needed');
  comparison.run(result, leash);
  expect(place.getState()).toEqual({ view: 'playground', lesson: null, entry: null });
  await vi.waitFor(() => expect(run.getState()).toMatchObject({ status: 'finished', step: 4, config: { beta: 0.5, seed: 11 } }));
  expect(session.settings.getState().config.beta).toBe(0.5);
  const first = run.getState().key;
  await vi.waitFor(() => expect(library.getState().runs).toMatchObject([{ id: first, name: 'Leashed' }]));

  expect(comparison.next()).toBe(free);
  comparison.run(result, free);
  await vi.waitFor(() => expect(run.getState()).toMatchObject({ status: 'finished', config: { beta: 0 } }));
  await vi.waitFor(() => expect(library.getState()).toMatchObject({ shown: [first], runs: [{ name: 'Free' }, { name: 'Leashed' }] }));
  expect(comparison.next()).toBeNull();

  // Trained again, an arm stands beside the others and no longer beside itself.
  comparison.run(result, leash);
  await vi.waitFor(() => expect(library.getState().shown).toEqual([comparison.getState().runs['free']]));
});

it('does not give the run in hand the numbers of the arm that follows it', async () => {
  const { run, session, comparison } = await page();
  await session.open();
  void session.toggle();
  await vi.waitFor(() => expect(run.getState().step).toBeGreaterThan(0));
  const adjust = vi.spyOn(run.trainer(), 'adjust');
  comparison.run(result, { ...arm('fast', 'Fast', ['--learning_rate', '0.004']) });
  await vi.waitFor(() => expect(run.getState()).toMatchObject({ status: 'finished', config: { learningRate: 0.004 } }));
  expect(adjust).not.toHaveBeenCalled();
});
