/**
 * @file The address follows settings and place. Back inside the page changes the place and keeps the settings; a typed
 * address is read as a whole.
 */
import { expect, test, vi } from 'vitest';
import { tasks } from '../tasks/index.ts';
import { followLink, keepLink, type LinkWindow, placeOf } from './link.ts';
import { createPlaceStore } from './stores/placeStore.ts';
import { createSettingsStore } from './stores/settingsStore.ts';

vi.mock('react', () => ({}));

/** The part of a browser’s window that `keepLink` uses: a history of entries and the hashchange event. */
function fakeWindow() {
  const entries: { hash: string; state: unknown }[] = [{ hash: '', state: null }];
  let index = 0;
  const listeners: (() => void)[] = [];
  const entry = () => entries[index] ?? { hash: '', state: null };
  const hashOf = (url: string) => (url.includes('#') ? url.slice(url.indexOf('#')) : '');
  const location = {
    pathname: '/',
    search: '',
    get hash() {
      return entry().hash;
    },
  };
  const history = {
    get state() {
      return entry().state;
    },
    replaceState: (state: unknown, _title: string, url?: string) =>
      void (entries[index] = { hash: url === undefined ? entry().hash : hashOf(url), state }),
    pushState: (state: unknown, _title: string, url: string) =>
      void entries.splice(++index, Infinity, { hash: hashOf(url), state }),
  };
  const window: LinkWindow = {
    location,
    history,
    addEventListener: (_name: string, listener: () => void) => void listeners.push(listener),
  };
  return {
    window,
    hash: () => entry().hash,
    type(hash: string) {
      entries.splice(++index, Infinity, { hash, state: null });
      listeners.forEach((listener) => listener());
    },
    back() {
      index--;
      listeners.forEach((listener) => listener());
    },
  };
}

function page() {
  const browser = fakeWindow();
  const settings = createSettingsStore(tasks, followLink(browser.window, tasks));
  const place = createPlaceStore(placeOf(browser.window));
  keepLink(browser.window, settings, place, tasks);
  return { ...browser, settings, place };
}

test('opening a view adds a history entry, and Back undoes it without changing the settings', () => {
  const { settings, place, hash, back } = page();
  place.go({ view: 'atlas' });
  expect(hash()).toBe('#view=atlas');
  settings.setKnob('beta', 0.5);
  expect(hash()).toBe('#v=2&beta=0.5&view=atlas');
  place.go({ view: 'playground' });
  settings.setKnob('beta', 0.7);
  back();
  expect(place.getState().view).toBe('atlas');
  expect(settings.getState().config.beta).toBe(0.7);
  expect(hash()).toBe('#v=2&beta=0.7&view=atlas');
  back();
  expect(place.getState().view).toBe('playground');
  expect(settings.getState().config.beta).toBe(0.7);
});

test('a typed address sets everything, and so does Back to the address before it', () => {
  const { settings, place, type, back } = page();
  settings.setKnob('beta', 0.5);
  type('#beta=0.2&view=atlas&entry=paper-80');
  expect(settings.getState().config.beta).toBe(0.2);
  expect(place.getState()).toEqual({ view: 'atlas', lesson: null, entry: 'paper-80' });
  back();
  expect(settings.getState().config.beta).toBe(0.5);
  expect(place.getState().view).toBe('playground');
});
