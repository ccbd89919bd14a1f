import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { KeptCache } from '../../testing/keptCache.ts';
import { browserFolder } from './browserFolder.ts';
import { dropModel, keepModel, keptModel, keptModels } from './keptModels.ts';

beforeEach(() => {
  const cache = new KeptCache();
  vi.stubGlobal('self', { location: { origin: 'http://127.0.0.1' } });
  vi.stubGlobal('caches', { open: async () => cache });
  vi.stubGlobal('navigator', {});
});
afterEach(() => vi.unstubAllGlobals());

const hub = { id: 'a/b', revision: 'main', commit: 'c' };
const choice = { bits: 8, chat: false } as const;
const noteOf = (policy: string, text: string) =>
  browserFolder('rollout-models').write(`${policy}.json`, new TextEncoder().encode(text));

it('a model is kept with its hub and the choice of bits and template', async () => {
  await keepModel('own-hub-00000000', Uint8Array.of(1, 2), { hub, choice });
  await keepModel('own-folder-00000000', Uint8Array.of(3), { hub: null, choice: { bits: 4, chat: true } });
  expect(await keptModels()).toEqual([
    { id: 'own-folder-00000000', bytes: 1, hub: null, choice: { bits: 4, chat: true } },
    { id: 'own-hub-00000000', bytes: 2, hub, choice },
  ]);
  await dropModel('own-hub-00000000');
  expect(await keptModels()).toHaveLength(1);
  await expect(keptModel('own-hub-00000000')).rejects.toThrow('the model hub is not kept in this browser');
});

it('early notes state the hub alone, and a model with a damaged note can still be used', async () => {
  await keepModel('own-early-00000000', Uint8Array.of(1), { hub, choice });
  await noteOf('own-early-00000000', JSON.stringify(hub));
  await keepModel('own-odd-00000000', Uint8Array.of(2), { hub, choice });
  await noteOf('own-odd-00000000', '{"bits":5');
  expect(await keptModels()).toEqual([
    { id: 'own-early-00000000', bytes: 1, hub, choice: null },
    { id: 'own-odd-00000000', bytes: 1, hub: null, choice: null },
  ]);
  expect(await keptModel('own-odd-00000000')).toEqual(Uint8Array.of(2));
});
