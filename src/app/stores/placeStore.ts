/** @file Where in the page a person is; the address follows it, and it the address. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { createStore } from 'zustand/vanilla';
import { isSamePlace, playground, type Place } from '../place.ts';

export interface PlaceStore extends ReadableStore<Place> {
  /** Goes there as a step that the browser's Back undoes; to where one is already it is none. */
  go(to: Partial<Place>): void;
  /** Takes the place that the address was changed to. */
  follow(place: Place): void;
}

export function createPlaceStore(start: Place): PlaceStore {
  const store = createStore<Place>(() => start);
  return {
    ...store,
    go(to) {
      const next = { ...playground, ...to };
      if (!isSamePlace(next, store.getState())) store.setState(next, true);
    },
    follow: (place) => store.setState(place, true),
  };
}
