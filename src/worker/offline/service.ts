/**
 * @file The service worker: the page opens without a network after it was there once. Of every version all that the
 * first view needs is kept as a whole; another version waits until a person asks for it. It answers for nothing outside
 * its own folder.
 */
import { fits, isIntact } from './intact.ts';
import { type Build, type OfflineMessage, pathOf, planFor, usedFiles } from './plan.ts';

declare const ROLLOUT_BUILD: Build;
declare const self: ServiceWorkerGlobalScope;

const build = ROLLOUT_BUILD;
const { scope } = self.registration;
/** Several copies of the page may live on one origin, each in a folder of its own. */
const prefix = `rollout ${new URL(scope).pathname} `;
const appCache = `${prefix}app ${build.version}`;
const usedCache = `${prefix}used`;
const urlOf = (path: string) => new URL(path, scope).href;

/** Right after an update a host may still send the page of the version before, whose scripts it has no more. */
async function isPageOfBuild(response: Response): Promise<boolean> {
  const page = await response.clone().text();
  return build.named.every((path) => page.includes(path));
}

/**
 * A file of this build, for keeping. A file with a hash in its name comes from the browser's cache if that has it; if
 * that has another file under the name, it is asked for past every cache. Throws if the host has another file too: a
 * version is kept as a whole or not at all.
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
 * Throws away kept files that do not fit their names, which older workers did not check. A version of the page with
 * such a file is thrown away as a whole: the worker in charge then answers from the network, so the page opens although
 * the new worker still waits.
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

/** A page that was open before may still ask for the files of its version: that one stays, older ones go. */
async function activate(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(`${prefix}app `) && name !== appCache);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  // The worker before this one may have kept more since the installation.
  await sweep();
  const used = await caches.open(usedCache);
  const gone = (await used.keys()).filter(({ url }) => planFor(pathOf(url, scope), build) === 'pass');
  await Promise.all(gone.map((request) => used.delete(request)));
  await self.clients.claim();
}

/** The kept copy; none for a request that asks past every cache. */
async function fromCache(name: string, request: Request, path: string): Promise<Response | undefined> {
  return request.cache === 'reload' ? undefined : (await caches.open(name)).match(urlOf(path));
}

/** From the browser's cache or the network; past the cache if that has another file under this name. */
async function fetchFitting(request: Request, path: string): Promise<Response> {
  const response = await fetch(request);
  return !response.ok || fits(path, response) ? response : fetch(request, { cache: 'reload' });
}

/** Answers at once, and keeps the file when it has come and is that of the build. */
async function fetchAndKeep(event: FetchEvent, path: string): Promise<Response> {
  const response = await fetchFitting(event.request, path);
  const copy = response.clone();
  const kept = async () => {
    if (await isIntact(path, copy, build.sha256)) await (await caches.open(usedCache)).put(urlOf(path), copy);
  };
  event.waitUntil(kept());
  return response;
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
  return plan === 'once used'
    ? fromCache(usedCache, request, path).then((kept) => kept ?? fetchAndKeep(event, path))
    : answerAskedAgain(event, path);
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
  // Only pages of this origin can send one.
  const message: OfflineMessage = event.data;
  if (message.type === 'take-over') event.waitUntil(self.skipWaiting());
  else if (message.type === 'used') event.waitUntil(keepUsed(message));
});
