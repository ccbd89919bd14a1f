/**
 * @file The service worker: after one visit the page opens without a network. The files of the first view are kept per
 * version, all or none; a newer version waits until the user asks for it. It answers only for its own folder.
 */
import { fits, isIntact } from './intact.ts';
import { type Build, type OfflineMessage, pathOf, planFor, usedFiles } from './plan.ts';

declare const ROLLOUT_BUILD: Build;
declare const self: ServiceWorkerGlobalScope;

const build = ROLLOUT_BUILD;
const { scope } = self.registration;
/** Several copies of the page may share an origin, each in its own folder. */
const prefix = `rollout ${new URL(scope).pathname} `;
const appCache = `${prefix}app ${build.version}`;
const usedCache = `${prefix}used`;
const urlOf = (path: string) => new URL(path, scope).href;

/** Right after an update a host may still send the page of the previous version, whose scripts it no longer has. */
async function isPageOfBuild(response: Response): Promise<boolean> {
  const page = await response.clone().text();
  return build.named.every((path) => page.includes(path));
}

/**
 * A file of this build, to be kept. A file with a hash in its name comes from the browser's cache if possible; if the
 * cache has another file under the name, it is requested past every cache. Throws if the host has another file too: a
 * version is kept completely or not at all.
 */
async function fetchIntact(path: string): Promise<Response> {
  for (const cache of [path in build.sha256 ? 'force-cache' : 'no-cache', 'reload'] as const) {
    const response = await fetch(urlOf(path), { cache });
    if ((await isIntact(path, response, build.sha256)) && (path !== '' || (await isPageOfBuild(response))))
      return response;
  }
  throw new Error(`${urlOf(path)}: the host answers with another file`);
}

const keep = async (cache: Cache, path: string): Promise<void> => cache.put(urlOf(path), await fetchIntact(path));

/**
 * Deletes kept files that do not fit their names, which older workers did not check. A version with such a file is
 * deleted completely: the active worker then answers from the network, so the page opens although the new worker still
 * waits.
 */
async function sweep(): Promise<void> {
  for (const name of (await caches.keys()).filter((found) => found.startsWith(prefix))) {
    const cache = await caches.open(name);
    for (const request of await cache.keys()) {
      const [path, kept] = [pathOf(request.url, scope), await cache.match(request)];
      if (path === null || !kept || (await isIntact(path, kept, build.sha256))) continue;
      if (name === usedCache) await cache.delete(request);
      else await caches.delete(name);
    }
  }
}

async function install(): Promise<void> {
  await sweep();
  const cache = await caches.open(appCache);
  await Promise.all(build.atOnce.map((path) => keep(cache, path)));
}

/** A page opened earlier may still request files of its version: the previous version stays, older ones go. */
async function activate(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(`${prefix}app `) && name !== appCache);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  // The previous worker may have kept more files since the installation.
  await sweep();
  const used = await caches.open(usedCache);
  const gone = (await used.keys()).filter(({ url }) => planFor(pathOf(url, scope), build) === 'pass');
  await Promise.all(gone.map((request) => used.delete(request)));
  await self.clients.claim();
}

/** The kept copy; undefined for a request that bypasses caches. */
async function fromCache(name: string, request: Request, path: string): Promise<Response | undefined> {
  return request.cache === 'reload' ? undefined : (await caches.open(name)).match(urlOf(path));
}

/** From the browser's cache or the network; past the cache if that has another file under this name. */
async function fetchFitting(request: Request, path: string): Promise<Response> {
  const response = await fetch(request);
  return !response.ok || fits(path, response) ? response : fetch(request, { cache: 'reload' });
}

/** Answers at once, and keeps the file if it is complete and matches the build. */
async function fetchAndKeep(event: FetchEvent, path: string): Promise<Response> {
  const response = await fetchFitting(event.request, path);
  const copy = response.clone();
  const kept = async () => {
    if (await isIntact(path, copy, build.sha256)) await (await caches.open(usedCache)).put(urlOf(path), copy);
  };
  event.waitUntil(kept());
  return response;
}

/**
 * The browser's own copy of a file that is named by its content. It goes first, because the browser keeps the machine
 * code of WebAssembly beside it, and would compile the same file from this worker's cache again.
 */
async function fromBrowser({ url, cache }: Request, path: string): Promise<Response | undefined> {
  if (cache === 'reload') return undefined;
  const response = await fetch(url, { cache: 'only-if-cached', mode: 'same-origin' }).catch(() => undefined);
  return response && fits(path, response) ? response : undefined;
}

async function answerOnceUsed(event: FetchEvent, path: string): Promise<Response> {
  const { request } = event;
  const here = (await fromBrowser(request, path)) ?? (await fromCache(usedCache, request, path));
  return here ?? fetchAndKeep(event, path);
}

async function answerAskedAgain(event: FetchEvent, path: string): Promise<Response> {
  try {
    return await fetchAndKeep(event, path);
  } catch (cause) {
    const kept = await fromCache(usedCache, event.request, path);
    if (kept) return kept;
    throw cause;
  }
}

function answer(event: FetchEvent): Promise<Response> | null {
  const { request } = event;
  const path = pathOf(request.url, scope);
  const plan = planFor(path, build);
  if (path === null || plan === 'pass') return null;
  if (plan === 'kept') return fromCache(appCache, request, path).then((kept) => kept ?? fetchFitting(request, path));
  return plan === 'once used' ? answerOnceUsed(event, path) : answerAskedAgain(event, path);
}

async function keepUsed(message: Extract<OfflineMessage, { type: 'used' }>): Promise<void> {
  const cache = await caches.open(usedCache);
  const missing = await Promise.all(
    usedFiles(message.build, message.policy, build).map(async (path) =>
      (await cache.match(urlOf(path))) ? [] : [path],
    ),
  );
  await Promise.all(missing.flat().map((path) => keep(cache, path)));
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  const answered = answer(event);
  if (answered) event.respondWith(answered);
});
self.addEventListener('message', (event: ExtendableMessageEvent) => {
  // Only pages of this origin can send messages.
  const message: OfflineMessage = event.data;
  if (message.type === 'take-over') event.waitUntil(self.skipWaiting());
  else if (message.type === 'used') event.waitUntil(keepUsed(message));
});
