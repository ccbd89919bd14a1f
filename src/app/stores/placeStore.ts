/** @file The open view of the page, kept equal to the address. */
import type { ReadableStore } from '../../lib/readableStore.ts';
import { createStore } from 'zustand/vanilla';
import { isSamePlace, playground, type Place } from '../place.ts';

export interface PlaceStore extends ReadableStore<Place> {
  /** Opens a view as a new history entry; does nothing if it is open already. */
  go(to: Partial<Place>): void;
  /** Takes the place of an address that changed, without a history entry. */
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
