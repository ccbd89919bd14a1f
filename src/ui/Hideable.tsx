/** @file Parts of the page that a link can hide: who stands inside asks by name whether to show. */
import { createContext, useContext, type ReactNode } from 'react';

const nothing: ReadonlySet<string> = new Set();

/** Names of what is hidden: sections and panels by theirs, single settings by the id that a link calls them. */
export const HiddenContext = createContext<ReadonlySet<string>>(nothing);

export const useHidden = (): ReadonlySet<string> => useContext(HiddenContext);

export function Hideable({ name, children }: { readonly name: string; readonly children: ReactNode }) {
  return useHidden().has(name) ? null : children;
}
