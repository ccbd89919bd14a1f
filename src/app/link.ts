/** @file Keeps the address bar, the settings and the place equal. */
import type { Task } from '../tasks/task.ts';
import { type Place, readPlace, withPlace } from './place.ts';
import type { PlaceStore } from './stores/placeStore.ts';
import type { SettingsStore } from './stores/settingsStore.ts';
import { EMBED, HIDE, PRESENT, readLayout } from './layoutLink.ts';
import { applyLayout, layout } from './stores/viewStore.ts';
import { linkWords, readLink, writeHash, type LinkSettings } from './url.ts';
import { createVisit } from './visit.ts';

/** The part of a browser’s window that an address needs. */
export interface LinkWindow {
  readonly location: Pick<Location, 'pathname' | 'search' | 'hash'>;
  readonly history: Pick<History, 'state' | 'replaceState' | 'pushState'>;
  addEventListener(type: 'hashchange', listener: () => void): void;
}

/** Words that concern the page and not the run; they stay in the query. */
const pageWords: readonly string[] = ['backend', 'workers', HIDE, EMBED];

/** Reads the address, and applies the layout that it asks for. */
export function followLink({ location }: Pick<LinkWindow, 'location'>, tasks: readonly Task[]): LinkSettings {
  const { notices: _, ...asked } = readLayout(linkWords(location.search, location.hash));
  applyLayout(asked);
  return readLink(location.search, location.hash, tasks);
}

/** The query with the present layout, and without the words of the hash: a setting in both would return after a reset. */
function pageQuery({ search, hash }: Pick<Location, 'search' | 'hash'>): string {
  const kept = [...linkWords(search, hash)].filter(([key]) => pageWords.includes(key));
  const words = new URLSearchParams(kept);
  const { present } = layout.getState();
  if (present !== null) words.set(PRESENT, present);
  const query = words.toString();
  return query === '' ? '' : `?${query}`;
}

/** The place that the address names. */
export const placeOf = ({ location }: Pick<LinkWindow, 'location'>): Place =>
  readPlace(linkWords(location.search, location.hash)).place;

/**
 * Writes every change of settings and place into the address, and reads an address that the user edits or returns to,
 * after `prepare`, which opens the task that it names.
 */
export function keepLink(
  window: LinkWindow,
  settings: SettingsStore,
  place: PlaceStore,
  tasks: readonly Task[],
  prepare: (words: URLSearchParams) => Promise<void> | null = () => null,
): void {
  const { location, history } = window;
  const visit = createVisit(window);
  let following = false;
  const address = () => {
    const { preset, config, draft, offered } = settings.getState();
    return `${location.pathname}${pageQuery(location)}${withPlace(writeHash(preset, config, draft, offered), place.getState())}`;
  };
  const renew = () => history.replaceState(visit.state(), '', address());
  history.replaceState(visit.state(), '');
  settings.subscribe(({ preset, config, draft, offered }, before) => {
    if (preset === before.preset && config === before.config && draft === before.draft && offered === before.offered)
      return;
    renew();
  });
  layout.subscribe(({ present }, before) => {
    if (present !== before.present) renew();
  });
  place.subscribe(() => {
    if (!following) history.pushState(visit.state(), '', address());
  });
  window.addEventListener('hashchange', () => {
    following = true;
    place.follow(placeOf(window));
    following = false;
    // Moving inside the page: the settings may have changed since, and the current ones stay.
    if (visit.isSame()) return renew();
    visit.begin();
    history.replaceState(visit.state(), '');
    const adopt = () => {
      const { options: _, ...start } = followLink(window, tasks);
      settings.adopt(start);
    };
    const opening = prepare(linkWords(location.search, location.hash));
    if (opening) void opening.then(adopt);
    else adopt();
  });
}
