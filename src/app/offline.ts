/**
 * @file Offline use of this page: begun a while after the first run is there, so that it takes nothing from the first
 * steps.
 */
import { createStore } from 'zustand/vanilla';
import type { RunInfo } from '../rl/run/trainer.ts';
import type { Offline } from '../worker/offline/client.ts';
import type { RuntimeBuild } from '../worker/offline/plan.ts';
import type { RunStore } from './stores/runStore.ts';

export interface OfflineState {
  /** Loads the newer version that waits; null while there is none, or nobody wants to hear of it. */
  readonly update: (() => void) | null;
}

export const offline = createStore<OfflineState>(() => ({ update: null }));

function buildOf({ backend, backendDescription }: RunInfo): RuntimeBuild {
  if (backend !== 'webgpu') return 'wasm';
  return backendDescription.includes('jspi') ? 'jspi' : 'asyncify';
}

/** Milliseconds from the first run to the registration, which loads the whole page once more. */
const PATIENCE = 8000;

const after = (milliseconds: number) => new Promise<void>((resolve) => void setTimeout(resolve, milliseconds));

/**
 * Registers the service worker and tells it what each run has used. Never throws: where its code does not arrive, the
 * next run tries again, and until then the page works with a network as before.
 */
export function keepOffline(run: RunStore, baseUrl: string): void {
  let client: Promise<Offline | null> | null = null;
  const register = async () => {
    await after(PATIENCE);
    const { registerOffline } = await import('../worker/offline/client.ts');
    return registerOffline(baseUrl, () =>
      offline.setState({ update: () => void client?.then((found) => found?.update()) }),
    );
  };
  run.subscribe(({ info }, before) => {
    if (!info || info === before.info) return;
    client ??= register().catch(() => {
      client = null;
      return null;
    });
    void client.then((found) => found?.used(buildOf(info), info.policy.id));
  });
}
