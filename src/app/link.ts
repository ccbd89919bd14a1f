/** @file The address bar and the settings, kept equal in both directions. */
import type { Task } from '../tasks/task.ts';
import type { SettingsStore } from './stores/settingsStore.ts';
import { EMBED, HIDE, readLayout } from './layoutLink.ts';
import { layout } from './stores/viewStore.ts';
import { linkWords, readLink, writeHash, type LinkSettings } from './url.ts';

/** Words that speak of the page and not of the run; they stay in the query. */
const pageWords: readonly string[] = ['backend', 'workers', HIDE, EMBED];

/** What the address says now; what it says of the page is put in force. */
export function followLink({ location }: Pick<Window, 'location'>, tasks: readonly Task[]): LinkSettings {
  const { hidden, embed } = readLayout(linkWords(location.search, location.hash));
  layout.setState({ hidden, embed });
  return readLink(location.search, location.hash, tasks);
}

/** The query without what the hash holds; a setting in both places would come back after it was reset. */
function pageQuery({ search, hash }: Pick<Location, 'search' | 'hash'>): string {
  const kept = [...linkWords(search, hash)].filter(([key]) => pageWords.includes(key));
  const query = new URLSearchParams(kept).toString();
  return query === '' ? '' : `?${query}`;
}

/** Writes every change of the settings into the address, and takes an address that a person edits. */
export function keepLink(window: Window, settings: SettingsStore, tasks: readonly Task[]): void {
  const { location, history } = window;
  settings.subscribe(({ preset, config, draft, offered }, before) => {
    if (preset === before.preset && config === before.config && draft === before.draft && offered === before.offered) return;
    history.replaceState(null, '', `${location.pathname}${pageQuery(location)}${writeHash(preset, config, draft, offered)}`);
  });
  window.addEventListener('hashchange', () => {
    const { preset, config, notices, draft, offered } = followLink(window, tasks);
    settings.setState({ preset, config, notices, errors: {}, draft, offered });
  });
}
