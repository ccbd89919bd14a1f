/** @file The gallery: a page for development that the product does not link to. */
import '../app/styles.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { App } from '../app/App.tsx';
import { applyInitialScheme } from '../app/colorScheme.ts';
import { FakeTrainer } from '../app/fixture/fakeTrainer.ts';
import { memoryHost } from '../app/fixture/memoryDatabase.ts';
import { placeOf } from '../app/link.ts';
import { createDataFiles } from '../app/stores/dataFiles.ts';
import { createLibrary } from '../app/stores/library.ts';
import { createPlaceStore } from '../app/stores/placeStore.ts';
import { createOwnModels } from '../app/stores/ownModels.ts';
import { createProfiles } from '../app/stores/profiles.ts';
import { createRolloutFiles } from '../app/stores/rolloutFiles.ts';
import { createRunStore } from '../app/stores/runStore.ts';
import { createSession } from '../app/stores/session.ts';
import { createSettingsStore } from '../app/stores/settingsStore.ts';
import { createViewing } from '../app/stores/viewing.ts';
import { readLink } from '../app/url.ts';
import { present } from '../lib/assert.ts';
import { knownTasks } from '../tasks/index.ts';
import { createBrowserSandbox } from '../worker/browserSandbox.ts';
import { Panels } from './Panels.tsx';

/** The whole page with a fake trainer: `gallery.html?show=page&step_time=100&fail_at=24#max_steps=200`. */
function Page({ query }: { readonly query: URLSearchParams }) {
  const number = (key: string) => Number(query.get(key) ?? Number.NaN);
  const link = readLink('', location.hash, knownTasks);
  const newRun = () =>
    createRunStore(() => {
      const failAt = number('fail_at');
      const trainer = new FakeTrainer(knownTasks, {
        stepTime: number('step_time') || 100,
        loadTime: number('load_time') || 400,
        backend: query.get('backend') === 'webgpu' ? 'webgpu' : 'wasm',
        ...(Number.isNaN(failAt) ? {} : { failAt }),
      });
      return { trainer, listen: trainer.listen, terminate: () => void trainer.dispose() };
    });
  const session = createSession(newRun(), createSettingsStore(knownTasks, link), link.options);
  const library = createLibrary(session, memoryHost());
  void library.start();
  void session.open();
  return (
    <App
      session={session}
      library={library}
      files={createRolloutFiles(session, library, knownTasks)}
      data={createDataFiles(session, library, createBrowserSandbox())}
      profiles={createProfiles(session)}
      models={createOwnModels(session, 'auto')}
      place={createPlaceStore(placeOf(window))}
      viewing={createViewing({ run: session.run, library, options: link.options, newRun })}
      tasks={knownTasks}
    />
  );
}

applyInitialScheme();
const query = new URLSearchParams(location.search);
const shown =
  query.get('show') === 'page' ? (
    <Page query={query} />
  ) : (
    <StrictMode>
      <Panels />
    </StrictMode>
  );
createRoot(present(document.getElementById('root'), 'the element #root')).render(shown);
