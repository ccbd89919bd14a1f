/** @file The crosshair that all charts share: one position on the horizontal axis, and who listens to it. */
import { createContext, useContext, useSyncExternalStore } from 'react';

export interface Hover {
  /** In units of the axis; null while nothing is pointed at. */
  get(): number | null;
  set(x: number | null): void;
  subscribe(listener: () => void): () => void;
}

export function createHover(): Hover {
  const listeners = new Set<() => void>();
  let position: number | null = null;
  return {
    get: () => position,
    set(x) {
      if (x === position) return;
      position = x;
      for (const listener of listeners) listener();
    },
    subscribe(listener) {
      listeners.add(listener);
      return () => void listeners.delete(listener);
    },
  };
}

export const HoverContext = createContext<Hover>(createHover());

export const useHover = (): Hover => useContext(HoverContext);

/** The position, renewed as it moves: for what is drawn over the charts and nothing else. */
export function useHovered(): number | null {
  const { subscribe, get } = useHover();
  return useSyncExternalStore(subscribe, get, get);
}
