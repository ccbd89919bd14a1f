/** @file A page with a fake trainer on which a comparison trains, and a stored result for it. */
import { expect, vi } from 'vitest';
import { tasks } from '../../src/tasks/index.ts';
import { once } from '../../src/lib/once.ts';
import type { StoredResult } from '../../src/lessons/storedResult.ts';
import { type FakeOptions, FakeTrainer } from '../../src/app/fixture/fakeTrainer.ts';
import { memoryHost } from '../../src/app/fixture/memoryDatabase.ts';
import { storageOf } from './memoryStorage.ts';
import { readLink } from '../../src/app/url.ts';
import { createComparison } from '../../src/app/stores/comparison.ts';
import { type Plan, readPlan } from '../../src/app/stores/comparisonPlan.ts';
import { planShelf } from '../../src/app/stores/comparisonShelf.ts';
import { createLibrary } from '../../src/app/stores/library.ts';
import { createPlaceStore } from '../../src/app/stores/placeStore.ts';
import { createRunStore } from '../../src/app/stores/runStore.ts';
import { createSession } from '../../src/app/stores/session.ts';
import { createSettingsStore } from '../../src/app/stores/settingsStore.ts';

export const arm = (id: string, title: string, flags: string[]) => ({
  arm: id,
  title,
  flags: ['--steps', '4', ...flags],
  runs: 3,
  metrics: {},
});
export const result: StoredResult = {
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

export interface PageOptions {
  readonly fake?: FakeOptions;
  readonly host?: ReturnType<typeof memoryHost>;
  readonly storage?: () => Storage;
  readonly load?: (experiment: string) => Promise<StoredResult>;
}

export async function page({
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
  /** Arm and seed of every run in the order of their beginning. */
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

export type Page = Awaited<ReturnType<typeof page>>;

export const both = { arms: ['leash', 'free'], seeds: 3, steps: null };
export const inOrder = ['0.5 11', '0 11', '0.5 12', '0 12', '0.5 13', '0 13'];
/** The plan in the storage. */
export const planIn = (storage: Storage): Plan => {
  const plan = readPlan(storage.getItem('rollout.comparison') ?? '');
  if (typeof plan === 'string') throw new Error(plan);
  return plan;
};

/** Polls often: a run of four steps ends soon. */
export const often = { interval: 1, timeout: 5000 };
export const untilDone = ({ comparison }: Page) =>
  vi.waitFor(() => expect(comparison.getState().phase).toBe('done'), often);
export const untilStatus = ({ run }: Page, status: string) =>
  vi.waitFor(() => expect(run.getState().status).toBe(status), often);
export const untilStep = ({ run }: Page, step: number) =>
  vi.waitFor(() => expect(run.getState().step).toBeGreaterThanOrEqual(step), often);
export const untilBegun = ({ begun }: Page, count: number) => vi.waitFor(() => expect(begun.length).toBe(count), often);
