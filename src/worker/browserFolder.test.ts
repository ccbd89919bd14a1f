import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptCache } from '../../testing/keptCache.ts';
import { HubError } from '../policy/hub/download/hubError.ts';
import { browserFolder, storageRoom } from './browserFolder.ts';

let cache: KeptCache;

beforeEach(() => {
  cache = new KeptCache();
  vi.stubGlobal('self', { location: { origin: 'http://127.0.0.1' } });
  vi.stubGlobal('caches', { open: async () => cache });
});
afterEach(() => vi.unstubAllGlobals());

it('files are kept in the Cache API where the browser has no private file system', async () => {
  const folder = browserFolder('models');
  expect(await folder.read('a.piece')).toBeNull();
  await folder.write('layers.0/q.piece', Uint8Array.of(1, 2, 3));
  await folder.write('b', Uint8Array.of(4));
  expect(await folder.read('layers.0/q.piece')).toEqual(Uint8Array.of(1, 2, 3));
  expect(await folder.list()).toEqual(
    new Map([
      ['layers.0/q.piece', 3],
      ['b', 1],
    ]),
  );
  await folder.remove('b');
  expect([...(await folder.list()).keys()]).toEqual(['layers.0/q.piece']);
});

it.each([
  [new DOMException('no room', 'QuotaExceededError'), 'full', /b: the browser's storage is full; what was read so far/],
  [new DOMException('not here', 'SecurityError'), 'storage', /b: the browser's storage cannot be used: not here/],
] as const)('a storage that refuses (%s) is named', async (cause, code, message) => {
  cache.put = async () => {
    throw cause;
  };
  const error: unknown = await browserFolder('models')
    .write('b', Uint8Array.of(4))
    .catch((thrown: unknown) => thrown);
  expect(error).toBeInstanceOf(HubError);
  expect(error).toMatchObject({ code, message: expect.stringMatching(message) });
});

it('room is the quota less the usage, and unlimited where the browser states neither', async () => {
  vi.stubGlobal('navigator', { storage: { estimate: async () => ({ quota: 1000, usage: 400 }) } });
  expect(await storageRoom()).toBe(600);
  vi.stubGlobal('navigator', {});
  expect(await storageRoom()).toBe(Infinity);
});
