/** @file The page from its link on: settings, the trainer in a worker, the parts on the screen. */
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { present } from '../lib/assert.ts';
import { knownTasks as tasks } from '../tasks/index.ts';
import { loadPlot } from '../ui/charts/ChartPanel.tsx';
import { PageBoundary } from '../ui/PageFailure.tsx';
import { createBrowserSandbox } from '../worker/browserSandbox.ts';
import { createWorkerTrainer } from '../worker/client.ts';
import { hasLifelines } from '../worker/lifeline.ts';
import { App } from './App.tsx';
import { createDataFiles } from './stores/dataFiles.ts';
import { createLibrary } from './stores/library.ts';
import { createOwnModels } from './stores/ownModels.ts';
import { createProfiles } from './stores/profiles.ts';
import { createRolloutFiles } from './stores/rolloutFiles.ts';
import { createRunStore } from './stores/runStore.ts';
import { createSession } from './stores/session.ts';
import { watchSilence } from './stores/silence.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { browserHost } from './storage/host.ts';
import { followLink, keepLink, placeOf } from './link.ts';
import { keepOffline } from './offline.ts';
import { openLinked, withKeptTasks } from './ownLink.ts';
import { playRecorded } from './stores/recorded.ts';
import { withBrought } from './url.ts';
import { createPlaceStore } from './stores/placeStore.ts';
import { createViewing } from './stores/viewing.ts';

/** Everything that the page shows or changes, and its link. */
function createStores() {
  const link = followLink(window, tasks);
  const settings = createSettingsStore(tasks, link);
  const newRun = () =>
    createRunStore(createWorkerTrainer, async (sha256) => data.bytesOf(sha256) ?? files.bytesOf(sha256));
  const session = createSession(newRun(), settings, link.options);
  watchSilence(session.run, hasLifelines);
  const library = createLibrary(session, withKeptTasks(browserHost));
  const viewing = createViewing({ run: session.run, library, options: link.options, newRun });
  const data = createDataFiles(session, library, createBrowserSandbox());
  const profiles = createProfiles(session);
  const models = createOwnModels(session, link.options.backend);
  const files = createRolloutFiles(session, library, tasks);
  const place = createPlaceStore(placeOf(window));
  keepLink(window, settings, place, tasks, (words) => openLinked(words, browserHost));
  return { link, shown: { session, library, files, data, profiles, models, place, viewing, tasks } };
}

/** Continues the run that this tab showed before a reload, or opens the run of the link. */
async function openRun({ link, shown: { session, library } }: ReturnType<typeof createStores>): Promise<void> {
  const started = library.start();
  if (browserHost.recall() === null) {
    // A new tab does not wait for the database.
    void started.then(() => library.offerUnfinished());
    return session.open();
  }
  await started;
  if (!(await library.restore(withBrought(link)))) await session.open();
}

/** Resolves once the page is on the screen. */
const seen = () => new Promise((resolve) => void requestAnimationFrame(() => requestAnimationFrame(resolve)));

/** Puts the page on the screen. */
export function startPage(): void {
  const stores = createStores();
  const { session, library } = stores.shown;
  session.run.subscribe(({ info }, before) => void (info && !before.info && loadPlot()));
  void playRecorded(session, library, {
    load: async (preset) => {
      await seen();
      void loadPlot();
      return (await fetch(new URL(`recorded/${preset}.json`, document.baseURI))).json();
    },
    returning: browserHost.recall() !== null,
    still: matchMedia('(prefers-reduced-motion: reduce)').matches,
  });
  if (import.meta.env.PROD) keepOffline(session.run, document.baseURI);
  // Before the first rendering: the worker loads on another core meanwhile.
  void openRun(stores);
  createRoot(present(document.getElementById('root'), 'the element #root')).render(
    <StrictMode>
      <PageBoundary>
        <App {...stores.shown} />
      </PageBoundary>
    </StrictMode>,
  );
}
