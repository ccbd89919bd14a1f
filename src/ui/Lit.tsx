/** @file The control that a lesson refers to: it gets a ring and scrolls into view. */
import { createContext, useContext, useEffect, useRef, type RefObject } from 'react';

/** Id of the setting, or name of the panel, that gets the ring. */
export const LitContext = createContext<string | null>(null);

/** Whether this control has the ring, and the ref by which it is scrolled into view. */
export function useLit<E extends HTMLElement>(
  name: string,
): { readonly ref: RefObject<E | null>; readonly 'data-lit': true | undefined } {
  const lit = useContext(LitContext) === name;
  const ref = useRef<E>(null);
  useEffect(() => {
    if (lit) ref.current?.scrollIntoView({ block: 'center' });
  }, [lit]);
  return { ref, 'data-lit': lit || undefined };
}
