/**
 * @file Offline use of the page. Registration waits until the first run is open, so that it does not slow its first
 * steps.
 */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../lib/readableStore.ts';
import type { RunInfo } from '../rl/run/trainer.ts';
import type { Offline } from '../worker/offline/client.ts';
import type { RuntimeBuild } from '../worker/offline/plan.ts';
import type { RunStore } from './stores/runStore.ts';

export interface OfflineState {
  /** Loads the newer version that waits; null without one, or after the message was dismissed. */
  readonly update: (() => void) | null;
}

const store = createStore<OfflineState>(() => ({ update: null }));

export const offline: ReadableStore<OfflineState> = store;
export const dismissUpdate = (): void => store.setState({ update: null });

function buildOf({ backend, backendDescription }: RunInfo): RuntimeBuild {
  if (backend !== 'webgpu') return 'wasm';
  return backendDescription.includes('jspi') ? 'jspi' : 'asyncify';
}

/** Milliseconds from the first run to the registration, which loads the whole page once more. */
const PATIENCE = 8000;

const after = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

/**
 * Registers the service worker and reports the files of each run to it. Never throws: if its code cannot be loaded, the
 * next run tries again, and until then the page needs the network.
 */
export function keepOffline(run: RunStore, baseUrl: string): void {
  let client: Promise<Offline | null> | null = null;
  const register = async () => {
    await after(PATIENCE);
    const { registerOffline } = await import('../worker/offline/client.ts');
    return registerOffline(baseUrl, () =>
      store.setState({ update: () => void client?.then((found) => found?.update()) }),
    );
  };
  run.subscribe(({ info }, before) => {
    if (!info || info === before.info) return;
    client ??= register().catch(() => {
      client = null;
      return null;
    });
    void client.then((found) => found?.used(buildOf(info), info.config.policy));
  });
}
