/** @file React's view of a store: at once for buttons, a few times a second for what is costly to draw. */
import { startTransition, useEffect, useRef, useState } from 'react';
import { useStore } from 'zustand';
import type { ReadableStore } from '../lib/readableStore.ts';
import { createTurns } from './turns.ts';

export { useStore };

/** Milliseconds between two drawings of the same chart. */
export const drawPeriod = 400;

/** React shows transitions that overlap only all together, so each waits until the one before is on the screen. */
const drawings = createTurns(drawPeriod);

/**
 * A part of the store, renewed at most once per `drawPeriod`. Readers with different `phase` (ms) renew at different
 * moments, so that six charts never land in one task; news after a silence are told `phase` later and not a period.
 */
export function useSampled<S, T>(store: ReadableStore<S>, select: (state: S) => T, phase = 0): T {
  const [value, setValue] = useState(() => select(store.getState()));
  const told = useRef(value);
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
      // Who is gone draws nothing, and would keep the others waiting.
      if (isOver || Object.is(news, told.current)) return done();
      told.current = news;
      drawn.current = done;
      startTransition(() => setValue(() => news));
    };
    const schedule = () => {
      if (timer !== undefined || Object.is(select(store.getState()), told.current)) return;
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
