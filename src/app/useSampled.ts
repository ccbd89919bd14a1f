/** @file React's view of a store: at once for buttons, a few times a second for what is costly to draw. */
import { startTransition, useEffect, useState } from 'react';
import { useStore } from 'zustand';
import type { StoreApi } from 'zustand/vanilla';

export { useStore };

/** Milliseconds between two drawings of the same chart. */
export const drawPeriod = 400;

/**
 * A part of the store, renewed at most once per `drawPeriod`. Readers with different `phase` (ms) renew at different
 * moments, so that six charts never land in one task.
 */
export function useSampled<S, T>(store: Pick<StoreApi<S>, 'getState' | 'subscribe'>, select: (state: S) => T, phase = 0): T {
  const [value, setValue] = useState(() => select(store.getState()));
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    const renew = () => {
      timer = undefined;
      startTransition(() => setValue(() => select(store.getState())));
    };
    const schedule = () => {
      if (timer !== undefined) return;
      const wait = drawPeriod - ((performance.now() - phase) % drawPeriod);
      timer = setTimeout(renew, wait);
    };
    schedule();
    const stop = store.subscribe(schedule);
    return () => {
      stop();
      clearTimeout(timer);
    };
  }, [store, select, phase]);
  return value;
}
