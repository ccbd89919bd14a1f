/** @file Parts of the page that a link can hide; a child asks `HiddenContext` by name whether to show itself. */
import { createContext, useContext, type ReactNode } from 'react';

const nothing: ReadonlySet<string> = new Set();

/** Hidden names: sections and panels by name, single settings by the id used in links. */
export const HiddenContext = createContext<ReadonlySet<string>>(nothing);

export const useHidden = (): ReadonlySet<string> => useContext(HiddenContext);

export function Hideable({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return useHidden().has(name) ? null : children;
}
