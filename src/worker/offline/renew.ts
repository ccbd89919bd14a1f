/** @file Reloads files past every cache, since a cache may hold another file under a name. */
import { fits } from './intact.ts';
import { pathOf } from './plan.ts';

/** The files a thread has loaded; replaced in tests. */
export interface Loaded {
  readonly urls: readonly string[];
  readonly fetcher: typeof fetch;
}

const loadedHere = (): Loaded => ({ urls: performance.getEntriesByType('resource').map(({ name }) => name), fetcher: fetch });

/** Scripts and runtimes have a hash in their names: a cache that has the right kind of file has the right file, and that is not sent again. */
const isNamedByContent = (path: string): boolean => path.startsWith('assets/');

async function renew(url: string, path: string, fetcher: typeof fetch): Promise<void> {
  if (isNamedByContent(path)) {
    const kept = await fetcher(url, { cache: 'force-cache' });
    await kept.body?.cancel();
    if (fits(path, kept)) return;
  }
  // Read to its end: the browser keeps only what has come as a whole.
  await (await fetcher(url, { cache: 'reload' })).arrayBuffer();
}

/** Reloads the files that this thread has loaded from the folder of the page at `baseUrl`. Never rejects: opening the run tells which file is missing. */
export async function renewLoaded(baseUrl: string, { urls, fetcher }: Loaded = loadedHere()): Promise<void> {
  const folder = new URL('.', baseUrl).href;
  await Promise.allSettled([...new Set(urls)].map(async (url) => {
    const path = pathOf(url, folder);
    if (path) await renew(url, path, fetcher);
  }));
}
