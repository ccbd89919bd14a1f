/** @file Brings the part of a lesson that the reader should look at into view. */
import { useEffect, useRef, useState, type RefObject } from 'react';

/**
 * Drawing and verdict appear by themselves, below the visible part of the lesson: they scroll into view, with the
 * drawing at the top, and focus stays where it is.
 */
export function useOutcomeInSight(isDone: boolean): RefObject<HTMLDivElement | null> {
  const outcome = useRef<HTMLDivElement>(null);
  const was = useRef(isDone);
  useEffect(() => {
    if (isDone && !was.current) outcome.current?.scrollIntoView({ block: 'start', behavior: 'instant' });
    was.current = isDone;
  }, [isDone]);
  return outcome;
}

/** Moves focus to the choices, and them into view, when the main button sends the reader here. */
export function useCalled(calls: number, isAsking: boolean) {
  const choices = useRef<HTMLFieldSetElement>(null);
  const [before] = useState(calls);
  const isCalled = calls !== before && isAsking;
  useEffect(() => {
    if (!isCalled) return;
    choices.current?.scrollIntoView({ block: 'start', behavior: 'instant' });
    choices.current?.querySelector('input')?.focus({ preventScroll: true });
  }, [calls, isCalled]);
  return { choices, isCalled };
}
