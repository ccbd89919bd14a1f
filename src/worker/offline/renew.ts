/** @file Reloads files past every cache, since a cache may hold another file under the same name. */
import { fits } from './intact.ts';
import { pathOf } from './plan.ts';

/** The files a thread has loaded; replaced in tests. */
export interface Loaded {
  readonly urls: readonly string[];
  readonly fetcher: typeof fetch;
}

const loadedHere = (): Loaded => ({
  urls: performance.getEntriesByType('resource').map(({ name }) => name),
  fetcher: fetch,
});

/**
 * Scripts and runtimes have a hash in their names: if the cache has the right kind of file, it is the right file, and
 * is not sent again.
 */
const isNamedByContent = (path: string): boolean => path.startsWith('assets/');

async function renew(url: string, path: string, fetcher: typeof fetch): Promise<void> {
  // Read to the end: the browser caches complete answers only, and a service worker may have made this request past the
  // cache.
  const load = async (cache: RequestCache) => {
    const response = await fetcher(url, { cache });
    await response.arrayBuffer();
    return response;
  };
  if (isNamedByContent(path) && fits(path, await load('force-cache'))) return;
  await load('reload');
}

/**
 * Reloads the files that this thread has loaded from the page's folder at `baseUrl`. Never rejects: opening the run
 * reports a missing file.
 */
export async function renewLoaded(baseUrl: string, { urls, fetcher }: Loaded = loadedHere()): Promise<void> {
  const folder = new URL('.', baseUrl).href;
  await Promise.allSettled(
    [...new Set(urls)].map(async (url) => {
      const path = pathOf(url, folder);
      if (path) await renew(url, path, fetcher);
    }),
  );
}
