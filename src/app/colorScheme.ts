/**
 * @file The colour scheme: on the root element before the first paint, without a script in the page's markup, and what
 * a click changes it to.
 */

const STORAGE_KEY = 'mantine-color-scheme-value';
const ATTRIBUTE = 'data-mantine-color-scheme';

/** The scheme that was chosen on an earlier visit, else the system's. */
export function initialScheme(stored: string | null, systemIsDark: boolean): 'light' | 'dark' {
  if (stored === 'light' || stored === 'dark') return stored;
  return systemIsDark ? 'dark' : 'light';
}

/** What a click turns to: always another look. Where that is the system's own, the page follows the system again. */
export function otherScheme(
  chosen: 'auto' | 'light' | 'dark',
  system: 'light' | 'dark',
): { readonly seen: 'light' | 'dark'; readonly stored: 'auto' | 'light' | 'dark' } {
  const seen = (chosen === 'auto' ? system : chosen) === 'dark' ? 'light' : 'dark';
  return { seen, stored: seen === system ? 'auto' : seen };
}

/** What was stored, or null where storage is switched off. */
function storedScheme(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** Does nothing where an earlier script of the page has done it. */
export function applyInitialScheme(): void {
  if (document.documentElement.hasAttribute(ATTRIBUTE)) return;
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.setAttribute(ATTRIBUTE, initialScheme(storedScheme(), systemIsDark));
}
