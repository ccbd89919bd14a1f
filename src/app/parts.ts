/** @file Shared props and hooks of the page’s layouts. */
import type { Task } from '../tasks/task.ts';
import type { Comparison } from './stores/comparison.ts';
import type { Composer } from './stores/composerStore.ts';
import type { DataFiles } from './stores/dataFiles.ts';
import type { Library } from './stores/library.ts';
import type { OwnModels } from './stores/ownModels.ts';
import type { PlaceStore } from './stores/placeStore.ts';
import type { Profiles } from './stores/profiles.ts';
import type { RolloutFiles } from './stores/rolloutFiles.ts';
import type { RunState } from './stores/runStore.ts';
import type { Session } from './stores/session.ts';
import type { SettingsState } from './stores/settingsState.ts';
import type { Viewing } from './stores/viewing.ts';
import { useStore } from './useSampled.ts';

export interface AppProps {
  readonly session: Session;
  readonly library: Library;
  readonly files: RolloutFiles;
  readonly data: DataFiles;
  readonly profiles: Profiles;
  readonly models: OwnModels;
  readonly place: PlaceStore;
  readonly viewing: Viewing;
  readonly tasks: readonly Task[];
}

export interface PartsProps extends AppProps {
  readonly composer: Composer;
  readonly comparison: Comparison;
}

const settingsTaskOf = (state: SettingsState) => state.config.task;
const runTaskOf = (state: RunState) => state.config?.task ?? null;

/** The task of the charts and the group: the run’s, or before a run the settings’. */
export function useRunTask({ session, tasks }: Pick<AppProps, 'session' | 'tasks'>): Task | undefined {
  const chosen = useStore(session.settings, settingsTaskOf);
  const id = useStore(session.run, runTaskOf) ?? chosen;
  return tasks.find((task) => task.id === id);
}
