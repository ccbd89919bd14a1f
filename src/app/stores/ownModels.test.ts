import { expect, it, vi } from 'vitest';
import { CheckpointError } from '../../policy/safetensorsHeader.ts';
import { presetById, presetConfig, presets } from '../../rl/config/presets.ts';
import { isKeptModel, keptModel, type KeptModel, keptModelId, nameOfKeptModel } from '../../worker/keptModels.ts';
import type { ImportEvent, withImporter } from '../../worker/modelImport.ts';
import type { ModelImporter } from '../../worker/modelImporter.ts';
import { createOwnModels, type OwnModelsState } from './ownModels.ts';
import type { Session } from './session.ts';

vi.mock('react', () => ({}));

type Heard = (event: ImportEvent) => void;

const fileAt = (path: string): File => {
  const file = new File(['{}'], path.split('/').at(-1) ?? '');
  Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
};
const files = ['Tiny/config.json', 'Tiny/model.safetensors', 'Tiny/onnx/config.json'].map(fileAt);

/** Models over an importer in this thread; `download` also stands for reading a folder. */
function models(
  download: (id: string, heard: Heard, files?: ReadonlyMap<string, Blob>) => Promise<string>,
  kept: readonly KeptModel[] = [],
) {
  const chosen: string[] = [];
  const settings = { choosePolicy: (id: string) => void chosen.push(id) };
  const read: typeof withImporter = (work, heard = () => {}, signal) => {
    const importer: ModelImporter = {
      importModel: (name, inside) => download(name, heard, inside),
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

it('the files directly in the folder are read, and the kept model becomes the base', async () => {
  const kept = [{ id: 'own-tiny-00000000', bytes: 10, hub: null }];
  const read: unknown[] = [];
  const { own, chosen } = models(async (name, heard, inside) => {
    heard({ type: 'read', done: 5, all: 10 });
    read.push(name, [...(inside?.keys() ?? [])], own.getState().reading);
    return 'own-tiny-00000000';
  }, kept);
  await own.open(files);
  expect(read).toEqual(['Tiny', ['config.json', 'model.safetensors'], { done: 5, all: 10, rate: 0 }]);
  expect(chosen).toEqual(['own-tiny-00000000']);
  expect(own.getState()).toMatchObject({ kept, reading: null, problem: null });
});

it('a folder that is refused leaves the base and says why', async () => {
  const { own, chosen } = models(() => Promise.reject(new CheckpointError('Tiny: the folder has no tokenizer.json')));
  await own.open(files);
  expect(chosen).toEqual([]);
  expect(own.getState()).toMatchObject({ reading: null, problem: expect.stringContaining('no tokenizer.json') });
});

it('the kept copy of a preset’s model becomes the base: by its id on the hub, else a folder of its name', async () => {
  const { model = '', config } = presetById('smollm2-135m');
  const policy = config.policy ?? '';
  const hub = (id: string) => ({ id, revision: 'main', commit: '0' });
  const fromHub = { id: 'own-huggingfacetb-smollm2-135m-00000001', bytes: 1, hub: hub(model.toLowerCase()) };
  const folder = { id: keptModelId('smollm2-135m-instruct', '00000002'), bytes: 1, hub: null };
  const others = [
    { id: keptModelId('smollm2-135m', '00000003'), bytes: 1, hub: null },
    { id: keptModelId('smollm2-135m-instruct', '00000004'), bytes: 1, hub: hub('someone/smollm2-135m-instruct') },
  ];
  for (const [kept, chosen] of [
    [[...others, folder, fromHub], [fromHub.id]],
    [[...others, folder], [folder.id]],
    [others, []],
  ] as const) {
    let asked = 0;
    const shelf = models(async () => String(++asked), kept);
    expect(await shelf.own.chooseCopy(model, policy)).toBe(chosen.length > 0);
    expect([shelf.chosen, asked]).toEqual([chosen, 0]);
  }
});

it('a preset whose model is not here is named with the model by the refusal', async () => {
  vi.stubGlobal('self', { location: { origin: 'http://127.0.0.1' } });
  vi.stubGlobal('caches', { open: async () => ({ match: async () => undefined }) });
  for (const { id, model } of presets.filter((preset) => preset.model !== undefined))
    await expect(keptModel(presetConfig(id).policy)).rejects.toThrow(
      `policy: this preset trains ${model}, which is not in this browser; open its id or its folder under Base policy`,
    );
  await expect(keptModel('own-tiny-01234567')).rejects.toThrow('the model tiny is not kept in this browser');
  vi.unstubAllGlobals();
});

it('the id of a kept model holds its name and the start of its hash, within 40 characters', () => {
  const id = keptModelId('huggingfacetb-smollm2-135m-instruct', 'abcdef0123456789');
  expect(id).toBe('own-huggingfacetb-smollm2-135m-abcdef01');
  expect(id.length).toBeLessThanOrEqual(40);
  expect([isKeptModel(id), isKeptModel('default')]).toEqual([true, false]);
  expect([nameOfKeptModel(id), nameOfKeptModel('default')]).toEqual(['huggingfacetb-smollm2-135m', 'default']);
});
