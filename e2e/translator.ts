/**
 * @file A translator like Chrome's: it replaces text nodes by `<font><font>text</font></font>`, at moments decided by a
 * seed. The words stay the same.
 */
import type { BrowserContext, Page } from '@playwright/test';

declare global {
  interface Window {
    /** Number of replaced text nodes. */
    translated?: number;
  }
}

/** Runs in the page. `longest`: most milliseconds between two translations. */
function translateAtRandom({ seed, longest }: { readonly seed: number; readonly longest: number }): void {
  // May be called by page and by context.
  if (window.translated !== undefined) return;
  window.translated = 0;
  const kept = '[translate="no"], .notranslate, script, style, noscript, textarea, font';
  const wrap = (text: Text): void => {
    const parent = text.parentElement;
    // Text directly between the elements of the document is not React's.
    if (!parent || parent === document.body || parent.closest(kept)) return;
    if (parent.childNodes.length > 1)
      console.error(`bare text beside other nodes: “${text.data}” in ${parent.outerHTML.slice(0, 200)}`);
    const inner = document.createElement('font');
    // A new node: the old one leaves the page, as with a real translator.
    inner.textContent = text.data;
    const outer = document.createElement('font');
    outer.append(inner);
    text.replaceWith(outer);
    window.translated = (window.translated ?? 0) + 1;
  };
  const translate = (): void => {
    const walker = document.createTreeWalker(document.body, NodeFilter.SHOW_TEXT);
    const texts: Text[] = [];
    while (walker.nextNode()) texts.push(walker.currentNode as Text);
    texts.forEach(wrap);
  };
  // Lehmer's generator (doi:10.1145/63039.63042): the page offers no seeded one before it is loaded.
  let state = (seed % 2_147_483_646) + 1;
  const next = (): number => (state = (state * 48_271) % 2_147_483_647) / 2_147_483_647;
  const go = (): void => {
    if (document.body) translate();
    setTimeout(go, next() * longest);
  };
  setTimeout(go, next() * longest);
}

/**
 * Translates the page, or every page of the context, from its next document on. Texts that React would lose are
 * reported on the console.
 */
export const translatePages = (pages: BrowserContext | Page, seed: number, longest = 1000): Promise<unknown> =>
  pages.addInitScript(translateAtRandom, { seed, longest });
