/** @file The browser as the library uses it: database, locks, and a memory per tab. */
import { loadCode } from '../../ui/load.ts';
import { holdRun } from '../../worker/runLock.ts';
import type { LibraryHost } from '../stores/library.ts';

const KEY = 'rollout-run';

/** Runs the work; null where the browser refuses, as in a frame without storage. */
function ifAllowed<T>(work: () => T): T | null {
  try {
    return work();
  } catch {
    return null;
  }
}

export const browserHost: LibraryHost = {
  open: async () => (await loadCode('storage', () => import('./database.ts'))).openDatabase(),
  async persisted(ask) {
    // The type says that it always exists; on plain http it does not.
    const storage: StorageManager | undefined = navigator.storage;
    if (!storage?.persist) return null;
    return (ask ? storage.persist() : storage.persisted()).catch(() => null);
  },
  hold: (id) => holdRun(id),
  recall: () => ifAllowed(() => sessionStorage.getItem(KEY)),
  remember: (id) => void ifAllowed(() => sessionStorage.setItem(KEY, id)),
  now: () => Date.now(),
};
