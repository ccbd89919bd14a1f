/** @file What the page's layouts are put together from. */
import type { Task } from '../tasks/task.ts';
import type { Comparison } from './stores/comparison.ts';
import type { Composer } from './stores/composerStore.ts';
import type { Library } from './stores/library.ts';
import type { PlaceStore } from './stores/placeStore.ts';
import type { RolloutFiles } from './stores/rolloutFiles.ts';
import type { RunState } from './stores/runStore.ts';
import type { Session } from './stores/session.ts';
import type { SettingsState } from './stores/settingsState.ts';
import { useStore } from './useSampled.ts';

export interface AppProps {
  readonly session: Session;
  readonly library: Library;
  readonly files: RolloutFiles;
  readonly place: PlaceStore;
  readonly tasks: readonly Task[];
}

export interface PartsProps extends AppProps {
  readonly composer: Composer;
  readonly comparison: Comparison;
}

const settingsTaskOf = (state: SettingsState) => state.config.task;
const runTaskOf = (state: RunState) => state.config?.task ?? null;

/**
 * The task whose methods and reward terms the charts and the group speak of: the run's, before there is one the
 * settings'.
 */
export function useRunTask({ session, tasks }: Pick<AppProps, 'session' | 'tasks'>): Task | undefined {
  const chosen = useStore(session.settings, settingsTaskOf);
  const id = useStore(session.run, runTaskOf) ?? chosen;
  return tasks.find((task) => task.id === id);
}
