/**
 * @file The colour scheme: set on the root element before the first paint without an inline script, and changed by a
 * click.
 */

const STORAGE_KEY = 'mantine-color-scheme-value';
const ATTRIBUTE = 'data-mantine-color-scheme';

/** The scheme that was chosen on an earlier visit, else the system's. */
export function initialScheme(stored: string | null, systemIsDark: boolean): 'light' | 'dark' {
  if (stored === 'light' || stored === 'dark') return stored;
  return systemIsDark ? 'dark' : 'light';
}

/**
 * The scheme after a click, which always looks different; if it equals the system’s, the page follows the system again.
 */
export function otherScheme(
  chosen: 'auto' | 'light' | 'dark',
  system: 'light' | 'dark',
): { readonly seen: 'light' | 'dark'; readonly stored: 'auto' | 'light' | 'dark' } {
  const seen = (chosen === 'auto' ? system : chosen) === 'dark' ? 'light' : 'dark';
  return { seen, stored: seen === system ? 'auto' : seen };
}

/** The stored scheme, or null where storage is switched off. */
function storedScheme(): string | null {
  try {
    return localStorage.getItem(STORAGE_KEY);
  } catch {
    return null;
  }
}

/** Does nothing if an earlier script has set the scheme. */
export function applyInitialScheme(): void {
  if (document.documentElement.hasAttribute(ATTRIBUTE)) return;
  const systemIsDark = matchMedia('(prefers-color-scheme: dark)').matches;
  document.documentElement.setAttribute(ATTRIBUTE, initialScheme(storedScheme(), systemIsDark));
}
