/** @file The control that a lesson speaks of: it wears a ring and comes into sight. */
import { createContext, useContext, useEffect, useRef, type RefObject } from 'react';

/** Id of the setting, or the name of the panel, that is ringed. */
export const LitContext = createContext<string | null>(null);

/** For the element of a control: whether it is ringed, and the reference by which it is brought into sight. */
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
