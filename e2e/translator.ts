/**
 * @file A translator as Chrome's: it replaces text nodes by `<font><font>text</font></font>`, at moments that a seed
 * decides. The words stay the same.
 */
import type { BrowserContext, Page } from '@playwright/test';

declare global {
  interface Window {
    /** How many text nodes were replaced. */
    translated?: number;
  }
}

/** Runs in the page. `longest`: milliseconds between two translations at most. */
function translateAtRandom({ seed, longest }: { readonly seed: number; readonly longest: number }): void {
  // Asked for by page and by context.
  if (window.translated !== undefined) return;
  window.translated = 0;
  const kept = '[translate="no"], .notranslate, script, style, noscript, textarea, font';
  const wrap = (text: Text): void => {
    const parent = text.parentElement;
    // What stands between the elements of the document itself is not React's.
    if (!parent || parent === document.body || parent.closest(kept)) return;
    if (parent.childNodes.length > 1)
      console.error(`bare text beside other nodes: “${text.data}” in ${parent.outerHTML.slice(0, 200)}`);
    const inner = document.createElement('font');
    // A new node: the one that was there is no longer in the page, which is what a translator does to React.
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
  // Lehmer's generator (doi:10.1145/63039.63042): the page has no seeded one to borrow before it is loaded.
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
 * complained of in the console.
 */
export const translatePages = (pages: BrowserContext | Page, seed: number, longest = 1000): Promise<unknown> =>
  pages.addInitScript(translateAtRandom, { seed, longest });
