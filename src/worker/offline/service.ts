/**
 * @file The service worker: the page opens without a network after it was there once. Of every version all that the first view needs is kept
 * as a whole; another version waits until a person asks for it. It answers for nothing outside its own folder.
 */
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

/** Only whole answers of this origin. */
const isWhole = (response: Response) => response.status === 200 && response.type === 'basic';

async function keep(cache: Cache, path: string): Promise<void> {
  const response = await fetch(urlOf(path), { cache: 'no-cache' });
  if (!isWhole(response)) throw new Error(`${path}: ${response.status}`);
  await cache.put(urlOf(path), response);
}

async function install(): Promise<void> {
  const cache = await caches.open(appCache);
  await Promise.all(build.atOnce.map((path) => keep(cache, path)));
}

/** A page that was open before may still ask for the files of its version: that one stays, older ones go. */
async function activate(): Promise<void> {
  const older = (await caches.keys()).filter((name) => name.startsWith(`${prefix}app `) && name !== appCache);
  await Promise.all(older.slice(0, -1).map((name) => caches.delete(name)));
  const used = await caches.open(usedCache);
  const gone = (await used.keys()).filter(({ url }) => planFor(pathOf(url, scope), build) === 'pass');
  await Promise.all(gone.map((request) => used.delete(request)));
  await self.clients.claim();
}

async function fromCache(name: string, path: string): Promise<Response | undefined> {
  return (await caches.open(name)).match(urlOf(path));
}

async function answerOnceUsed(request: Request, path: string): Promise<Response> {
  const kept = await fromCache(usedCache, path);
  if (kept) return kept;
  const response = await fetch(request);
  if (isWhole(response)) await (await caches.open(usedCache)).put(urlOf(path), response.clone());
  return response;
}

async function answerAskedAgain(request: Request, path: string): Promise<Response> {
  try {
    const response = await fetch(request);
    if (isWhole(response)) await (await caches.open(usedCache)).put(urlOf(path), response.clone());
    return response;
  } catch (cause) {
    const kept = await fromCache(usedCache, path);
    if (kept) return kept;
    throw cause;
  }
}

function answer(request: Request): Promise<Response> | null {
  const path = pathOf(request.url, scope);
  const plan = planFor(path, build);
  if (path === null || plan === 'pass') return null;
  if (plan === 'kept') return fromCache(appCache, path).then((kept) => kept ?? fetch(request));
  return plan === 'once used' ? answerOnceUsed(request, path) : answerAskedAgain(request, path);
}

async function keepUsed(message: Extract<OfflineMessage, { type: 'used' }>): Promise<void> {
  const cache = await caches.open(usedCache);
  const missing = await Promise.all(usedFiles(message.build, message.policy, build).map(async (path) => ((await cache.match(urlOf(path))) ? [] : [path])));
  await Promise.all(missing.flat().map((path) => keep(cache, path)));
}

self.addEventListener('install', (event) => event.waitUntil(install()));
self.addEventListener('activate', (event) => event.waitUntil(activate()));
self.addEventListener('fetch', (event) => {
  if (event.request.method !== 'GET') return;
  const answered = answer(event.request);
  if (answered) event.respondWith(answered);
});
self.addEventListener('message', (event: ExtendableMessageEvent) => {
  // Only pages of this origin can send one.
  const message: OfflineMessage = event.data;
  if (message.type === 'take-over') event.waitUntil(self.skipWaiting());
  else if (message.type === 'used') event.waitUntil(keepUsed(message));
});
