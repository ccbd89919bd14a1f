/** @file The stores of a page with a library in memory, for tests. */
import { vi, expect } from 'vitest';
import { presetConfig } from '../../src/rl/config/presets.ts';
import { knownTasks as tasks } from '../../src/tasks/index.ts';
import { createLibrary } from '../../src/app/stores/library.ts';
import { createRunStore } from '../../src/app/stores/runStore.ts';
import { createSession } from '../../src/app/stores/session.ts';
import { createSettingsStore } from '../../src/app/stores/settingsStore.ts';
import { FakeTrainer, type FakeOptions } from '../../src/app/fixture/fakeTrainer.ts';
import { memoryHost } from '../../src/app/fixture/memoryDatabase.ts';

export const config = { ...presetConfig('default'), maxSteps: 14, promptsPerStep: 2, numGenerations: 4, evalEvery: 5 };

/** A page; several pages can share a host with its database. */
export async function page(host = memoryHost(), fake: FakeOptions = {}) {
  const run = createRunStore(() => {
    const trainer = new FakeTrainer(tasks, fake);
    return { trainer, listen: trainer.listen, terminate: () => undefined };
  });
  const settings = createSettingsStore(tasks, { preset: 'default', config, notices: [] });
  const session = createSession(run, settings, { backend: 'auto', workers: 'auto' });
  const library = createLibrary(session, host);
  await library.start();
  return { run, settings, session, library, host };
}

export type Page = Awaited<ReturnType<typeof page>>;

export async function trained({ session, run, library }: Page, steps: number): Promise<string> {
  await session.open();
  for (let step = 0; step < steps; step++) await session.step();
  const { key } = run.getState();
  await vi.waitFor(() => expect(library.getState().saved).toEqual({ id: key, steps }));
  return key;
}

/** The same browser after a reload: stored and remembered data stay, locks are released. */
export const reloaded = (host: Page['host']) => {
  host.taken.clear();
  return page(host);
};
