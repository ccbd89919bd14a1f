/**
 * @file The crosshair shared by all charts: a position on the horizontal axis, the chart that set it, and its
 * listeners.
 */
import { createContext, useContext, useSyncExternalStore } from 'react';

export interface Hovered {
  /** In units of the axis. */
  readonly x: number;
  /** The chart under the pointer; it shows the full tooltip. */
  readonly chart: string;
}

export interface Hover {
  /** Null while no chart is pointed at. */
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

/** The step that the page shows instead of the newest; null follows the run. */
export const ViewedContext = createContext<number | null>(null);

/** The first steps of the second and later stages of the run. */
export const StageStartsContext = createContext<readonly number[]>([]);

export const useHover = (): Hover => useContext(HoverContext);

/** The current position, re-rendering on every move: for overlays on the charts only. */
export function useHovered(): Hovered | null {
  const { subscribe, get } = useHover();
  return useSyncExternalStore(subscribe, get, get);
}
