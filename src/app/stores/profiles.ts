/** @file The difficulty profile of the run's task: started, stopped, shown with its advice. Knows no React. */
import { createStore } from 'zustand/vanilla';
import type { ReadableStore } from '../../lib/readableStore.ts';
import { sentenceOf } from '../../rl/run/failure.ts';
import type { DifficultyProfile } from '../../rl/run/profile.ts';
import type { Session } from './session.ts';

export interface ProfilesState {
  readonly running: boolean;
  /** Completions of the running profile; null before the first. */
  readonly progress: { readonly done: number; readonly total: number } | null;
  /** The newest profile and the base that it is of. */
  readonly newest: { readonly profile: DifficultyProfile; readonly policy: string } | null;
  readonly problem: string | null;
}

export interface Profiles extends ReadableStore<ProfilesState> {
  /** Profiles the base on the settings' task; a run that has steps is profiled as it is. */
  start(): Promise<void>;
  stop(): void;
}

export function createProfiles(session: Session): Profiles {
  const store = createStore<ProfilesState>(() => ({
    running: false,
    progress: null,
    newest: null,
    problem: null,
  }));
  const { run } = session;
  return {
    ...store,
    async start() {
      if (store.getState().running) return;
      store.setState({ running: true, progress: null, problem: null });
      const stop = run.subscribe(({ profiling }, before) => {
        if (profiling !== before.profiling) store.setState({ progress: profiling });
      });
      try {
        const isReady = await session.prepare();
        const policy = run.getState().config?.policy ?? '';
        const profile = isReady ? await run.trainer().profile() : null;
        if (profile) store.setState({ newest: { profile, policy } });
      } catch (cause) {
        store.setState({ problem: sentenceOf(cause) });
      } finally {
        stop();
        store.setState({ running: false });
      }
    },
    stop: () => void run.trainer().stopProfile(),
  };
}
