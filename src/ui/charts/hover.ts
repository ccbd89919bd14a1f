/**
 * @file The crosshair that all charts share: one position on the horizontal axis, the chart that set it, and who
 * listens.
 */
import { createContext, useContext, useSyncExternalStore } from 'react';

export interface Hovered {
  /** In units of the axis. */
  readonly x: number;
  /** The chart that is pointed at: it says most. */
  readonly chart: string;
}

export interface Hover {
  /** Null while nothing is pointed at. */
  get(): Hovered | null;
  set(hovered: Hovered | null): void;
  subscribe(listener: () => void): () => void;
}

export function createHover(): Hover {
  const listeners = new Set<() => void>();
  let current: Hovered | null = null;
  return {
    get: () => current,
    set(hovered) {
      if (hovered?.x === current?.x && hovered?.chart === current?.chart) return;
      current = hovered;
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
export function useHovered(): Hovered | null {
  const { subscribe, get } = useHover();
  return useSyncExternalStore(subscribe, get, get);
}
