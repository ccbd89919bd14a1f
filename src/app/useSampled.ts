/** @file React hooks on a store: `useStore` renders at once, `useSampled` a few times a second for expensive parts. */
import { startTransition, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ReadableStore } from '../lib/readableStore.ts';
import { createTurns } from './turns.ts';

export { useStore };

/** Milliseconds between two drawings of the same chart. */
export const drawPeriod = 400;

/** React commits overlapping transitions together, so each waits until the one before is on the screen. */
const drawings = createTurns(drawPeriod);

/**
 * A part of the store, renewed at most once per `drawPeriod`. Readers with different `phase` (ms) renew at different
 * moments, so that six charts never render in one task; after a pause a change is rendered after `phase`, not after a
 * period.
 */
export function useSampled<S, T>(store: ReadableStore<S>, select: (state: S) => T, phase = 0): T {
  const [value, setValue] = useState(() => select(store.getState()));
  const latest = useRef(value);
  const drawn = useRef(() => {});
  useEffect(() => drawn.current(), [value]);
  useEffect(() => {
    let timer: ReturnType<typeof setTimeout> | undefined;
    let renewed = Number.NEGATIVE_INFINITY;
    let isOver = false;
    const renew = (done: () => void) => {
      timer = undefined;
      renewed = performance.now();
      const news = select(store.getState());
      // An unmounted reader is not drawn, so it calls `done` here: the others wait for it.
      if (isOver || Object.is(news, latest.current)) return done();
      latest.current = news;
      drawn.current = done;
      startTransition(() => setValue(() => news));
    };
    const schedule = () => {
      if (timer !== undefined || Object.is(select(store.getState()), latest.current)) return;
      const now = performance.now();
      timer = setTimeout(
        () => drawings.take(renew),
        now - renewed > drawPeriod ? phase : drawPeriod - ((now - phase) % drawPeriod),
      );
    };
    schedule();
    const stop = store.subscribe(schedule);
    return () => {
      isOver = true;
      stop();
      clearTimeout(timer);
      drawn.current();
    };
  }, [store, select, phase]);
  return value;
}
