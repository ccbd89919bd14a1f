/** @file The entry: link -> settings -> trainer in a worker -> page. */
import './styles.ts';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { present } from '../lib/assert.ts';
import { tasks } from '../tasks/index.ts';
import { createWorkerTrainer } from '../worker/client.ts';
import { App } from './App.tsx';
import { applyInitialScheme } from './colorScheme.ts';
import { createRunStore } from './stores/runStore.ts';
import { createSession } from './stores/session.ts';
import { createSettingsStore } from './stores/settingsStore.ts';
import { followLink, keepLink } from './link.ts';

applyInitialScheme();
const link = followLink(window, tasks);
const settings = createSettingsStore(tasks, link);
const session = createSession(createRunStore(createWorkerTrainer), settings, link.options);
keepLink(window, settings, tasks);
createRoot(present(document.getElementById('root'), 'the element #root')).render(
  <StrictMode>
    <App session={session} tasks={tasks} />
  </StrictMode>,
);
void session.open();
