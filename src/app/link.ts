/** @file The address bar and the settings, kept equal in both directions. */
import type { Task } from '../tasks/task.ts';
import type { SettingsStore } from './stores/settingsStore.ts';
import { readLink, writeHash, type LinkSettings } from './url.ts';

/** What the address says now. */
export function followLink({ location }: Pick<Window, 'location'>, tasks: readonly Task[]): LinkSettings {
  return readLink(location.search, location.hash, tasks);
}

/** The query without what the hash holds; a setting in both places would come back after it was reset. */
function pageQuery(search: string): string {
  const kept = [...new URLSearchParams(search)].filter(([key]) => key === 'backend' || key === 'workers');
  const query = new URLSearchParams(kept).toString();
  return query === '' ? '' : `?${query}`;
}

/** Writes every change of the settings into the address, and takes an address that a person edits. */
export function keepLink(window: Window, settings: SettingsStore, tasks: readonly Task[]): void {
  const { location, history } = window;
  settings.subscribe(({ preset, config, draft, offered }, before) => {
    if (preset === before.preset && config === before.config && draft === before.draft && offered === before.offered) return;
    history.replaceState(null, '', `${location.pathname}${pageQuery(location.search)}${writeHash(preset, config, draft, offered)}`);
  });
  window.addEventListener('hashchange', () => {
    const { preset, config, notices, draft, offered } = followLink(window, tasks);
    settings.setState({ preset, config, notices, errors: {}, draft, offered });
  });
}
