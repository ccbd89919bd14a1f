import { expect, it, vi } from 'vitest';
import type { KeptModel } from '../../worker/keptModels.ts';
import type { ImportEvent, withImporter } from '../../worker/modelImport.ts';
import type { ModelImporter } from '../../worker/modelImporter.ts';
import { createOwnModels, type OwnModelsState } from './ownModels.ts';
import type { Session } from './session.ts';

vi.mock('react', () => ({}));

type Heard = (event: ImportEvent) => void;

/** Models over an importer in this thread. */
function models(download: (id: string, heard: Heard) => Promise<string>, kept: readonly KeptModel[] = []) {
  const chosen: string[] = [];
  const settings = { choosePolicy: (id: string) => void chosen.push(id) };
  const read: typeof withImporter = (work, heard = () => {}, signal) => {
    const importer: ModelImporter = {
      importModel: (name) => Promise.resolve(`own-${name}`),
      downloadModel: (id) => download(id, heard),
      unfinished: async () => ({ id: 'a/b', bytes: 7 }),
      dropUnfinished: async () => {},
    };
    const stopped = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    return Promise.race([work(importer), stopped]);
  };
  const list = async () => [...kept];
  return {
    chosen,
    own: createOwnModels({ settings } as unknown as Session, { read, list, persist: async () => null }),
  };
}

it('a model of the hub becomes the base, with bytes and rate while it comes', async () => {
  const seen: OwnModelsState['reading'][] = [];
  const { own, chosen } = models(async (_id, heard) => {
    heard({ type: 'received', bytes: 500 });
    heard({ type: 'read', done: 10, all: 40 });
    seen.push(own.getState().reading);
    return 'own-a-b-01234567';
  });
  expect(await own.openId('a/b')).toBe(true);
  expect(seen).toEqual([{ done: 10, all: 40, rate: expect.any(Number) }]);
  expect(seen[0]?.rate).toBeGreaterThan(0);
  expect(chosen).toEqual(['own-a-b-01234567']);
  expect(own.getState()).toMatchObject({ reading: null, problem: null });
});

it('a refusal is a sentence, and the base stays', async () => {
  const { own, chosen } = models(() => Promise.reject(new Error('a/b: it is gated')));
  expect(await own.openId('a/b')).toBe(false);
  expect(own.getState()).toMatchObject({ reading: null, problem: expect.stringContaining('it is gated') });
  expect(chosen).toEqual([]);
});

it('a stopped download is no refusal, and its part is listed', async () => {
  const { own, chosen } = models(() => new Promise(() => {}));
  const opening = own.openId('a/b');
  await vi.waitFor(() => expect(own.getState().reading).not.toBeNull());
  own.stop();
  expect(await opening).toBe(false);
  expect(own.getState()).toMatchObject({ reading: null, problem: null, unfinished: { id: 'a/b', bytes: 7 } });
  expect(chosen).toEqual([]);
});
