/** @file The control and the drawing that a lesson refers to: they get a ring and scroll into view. */
import { createContext, useContext, useEffect, useRef, type RefObject } from 'react';

/** Ids of settings, and names of panels and charts, that get a ring. */
export const LitContext = createContext<readonly string[]>([]);

/** Whether this part has the ring, and the ref by which it is scrolled into view: `held` where it has one already. */
export function useLit<E extends HTMLElement>(
  name: string,
  held?: RefObject<E | null>,
): { readonly ref: RefObject<E | null>; readonly 'data-lit': true | undefined } {
  const lit = useContext(LitContext).includes(name);
  const own = useRef<E>(null);
  const ref = held ?? own;
  useEffect(() => {
    if (lit) ref.current?.scrollIntoView({ block: 'center' });
  }, [lit, ref]);
  return { ref, 'data-lit': lit || undefined };
}
