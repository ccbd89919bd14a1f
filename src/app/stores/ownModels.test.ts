import { expect, it, vi } from 'vitest';
import { CheckpointError } from '../../policy/safetensorsHeader.ts';
import { defaultConfig } from '../../rl/config/config.ts';
import { presetById, presetConfig, presets } from '../../rl/config/presets.ts';
import { taskById } from '../../tasks/index.ts';
import {
  isKeptModel,
  keptModel,
  type KeptModel,
  keptModelId,
  type ModelChoice,
  nameOfKeptModel,
} from '../../worker/keptModels.ts';
import type { ImportEvent, withImporter } from '../../worker/modelImport.ts';
import type { Intended, ModelImporter, Offer } from '../../worker/modelImporter.ts';
import { createOwnModels } from './ownModels.ts';
import type { Session } from './session.ts';

vi.mock('react', () => ({}));

type Heard = (event: ImportEvent) => void;

const choice: ModelChoice = { bits: 8, chat: false };
const offer: Offer = { name: 'tiny', bytes: 10, room: 1e9, usualBits: 4, forecasts: [] };
const hub = { id: 'a/b', revision: 'main', commit: 'c' };

const fileAt = (path: string): File => {
  const file = new File(['{}'], path.split('/').at(-1) ?? '');
  Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
};
const files = ['Tiny/config.json', 'Tiny/model.safetensors', 'Tiny/onnx/config.json'].map(fileAt);

/** Models over an importer in this thread; `download` also stands for reading a folder, with its files. */
function models(
  download: (
    id: string,
    heard: Heard,
    choice: ModelChoice | null,
    files?: ReadonlyMap<string, Blob>,
  ) => Promise<string>,
  kept: readonly KeptModel[] = [],
) {
  const chosen: string[] = [];
  const looked: [string, Intended][] = [];
  const settings = {
    choosePolicy: (id: string) => void chosen.push(id),
    getState: () => ({ config: { ...defaultConfig, difficulty: 2 } }),
  };
  const look = async (id: string, intended: Intended): Promise<Offer> => {
    looked.push([id, intended]);
    if (id === 'gated') throw new Error('a/b: it is gated');
    return offer;
  };
  const read: typeof withImporter = (work, heard = () => {}, signal) => {
    const importer: ModelImporter = {
      inspectModel: (name, _files, intended) => look(name, intended),
      inspectHubModel: (id, _revision, intended) => look(id, intended),
      keptOf: async (id) => kept.find((model) => model.hub?.id === id)?.id ?? null,
      importModel: (name, inside, as) => download(name, heard, as, inside),
      downloadModel: (id, _revision, as) => download(id, heard, as),
      unfinished: async () => ({ id: 'a/b', bytes: 7, choice }),
      dropUnfinished: async () => {},
    };
    const stopped = new Promise<never>((_, reject) => signal?.addEventListener('abort', () => reject(signal.reason)));
    return Promise.race([work(importer), stopped]);
  };
  const list = async () => [...kept];
  const own = createOwnModels({ settings } as unknown as Session, 'wasm', { read, list, persist: async () => null });
  return { chosen, looked, own };
}

it('a model of the hub is looked at, then becomes the base, with bytes and rate while it comes', async () => {
  const seen: unknown[] = [];
  const { own, chosen, looked } = models(async (id, heard, as) => {
    heard({ type: 'received', bytes: 500 });
    heard({ type: 'read', done: 10, all: 40 });
    seen.push(id, as, own.getState().reading);
    return 'own-a-b-01234567';
  });
  expect(await own.openId('a/b')).toBe(false);
  expect(own.getState()).toMatchObject({ found: { offer, isRemote: true }, looking: false });
  const { rows, rank, completionLength } = looked[0]?.[1].run ?? {};
  expect(looked).toEqual([['a/b', { backend: 'wasm', run: expect.anything() }]]);
  expect([rows, rank]).toEqual([64, 8]);
  expect(completionLength).toBe(taskById('sums').lengths(2).completion + 1);
  expect([seen, chosen]).toEqual([[], []]);

  expect(await own.load(choice)).toBe(true);
  expect(seen).toEqual(['a/b', choice, { done: 10, all: 40, rate: expect.any(Number) }]);
  expect((seen[2] as { rate: number }).rate).toBeGreaterThan(0);
  expect(chosen).toEqual(['own-a-b-01234567']);
  expect(own.getState()).toMatchObject({ reading: null, problem: null, found: null });
});

it('a kept model of the hub is used without a look, unless it is looked at again', async () => {
  const { own, chosen, looked } = models(
    () => Promise.reject(new Error('read')),
    [{ id: 'own-a-b-01234567', bytes: 10, hub, choice }],
  );
  expect(await own.openId('a/b')).toBe(true);
  expect([chosen, looked]).toEqual([['own-a-b-01234567'], []]);
  expect(await own.openId('a/b', true)).toBe(false);
  expect(looked).toHaveLength(1);
  expect(own.getState().found).toMatchObject({ offer });
});

it('a refusal is a sentence, and the base stays', async () => {
  const { own, chosen } = models(() => Promise.reject(new Error('a/b: the disk is full')));
  expect(await own.openId('gated')).toBe(false);
  expect(own.getState()).toMatchObject({ looking: false, found: null, problem: expect.stringContaining('gated') });
  await own.openId('a/b');
  expect(await own.load(choice)).toBe(false);
  expect(own.getState()).toMatchObject({ reading: null, problem: expect.stringContaining('the disk is full') });
  expect(chosen).toEqual([]);
});

it('a stopped download is no refusal, its part is listed, and goes on as it was asked for', async () => {
  const asked: unknown[] = [];
  const { own, chosen } = models((id, _heard, as) => {
    asked.push(id, as);
    return asked.length > 2 ? Promise.resolve('own-a-b-01234567') : new Promise(() => {});
  });
  await own.openId('a/b');
  const loading = own.load(choice);
  await vi.waitFor(() => expect(own.getState().reading).not.toBeNull());
  own.stop();
  expect(await loading).toBe(false);
  expect(own.getState()).toMatchObject({ reading: null, problem: null, unfinished: { id: 'a/b', bytes: 7, choice } });
  expect(chosen).toEqual([]);
  expect(await own.goOn()).toBe(true);
  expect(asked).toEqual(['a/b', choice, 'a/b', choice]);
});

it('the files directly in the folder are looked at and read, and the kept model becomes the base', async () => {
  const kept = [{ id: 'own-tiny-00000000', bytes: 10, hub: null, choice }];
  const read: unknown[] = [];
  const { own, chosen, looked } = models(async (name, heard, as, inside) => {
    heard({ type: 'read', done: 5, all: 10 });
    read.push(name, as, [...(inside?.keys() ?? [])], own.getState().reading);
    return 'own-tiny-00000000';
  }, kept);
  await own.open(files);
  expect(looked.map(([name]) => name)).toEqual(['Tiny']);
  expect(own.getState()).toMatchObject({ found: { offer, isRemote: false } });
  expect(await own.load(choice)).toBe(true);
  expect(read).toEqual(['Tiny', choice, ['config.json', 'model.safetensors'], { done: 5, all: 10, rate: 0 }]);
  expect(chosen).toEqual(['own-tiny-00000000']);
  expect(own.getState()).toMatchObject({ kept, reading: null, problem: null });
});

it('a folder that is refused leaves the base and says why; a closed dialog forgets the model', async () => {
  const { own, chosen } = models(() => Promise.reject(new CheckpointError('Tiny: the folder has no tokenizer.json')));
  await own.open(files);
  await own.load(choice);
  expect(chosen).toEqual([]);
  expect(own.getState()).toMatchObject({ reading: null, problem: expect.stringContaining('no tokenizer.json') });
  own.forget();
  expect(await own.load(choice)).toBe(false);
  expect(own.getState().found).toBeNull();
});

it('the kept copy of a preset’s model becomes the base: by its id on the hub, else a folder of its name', async () => {
  const { model = '', config } = presetById('smollm2-135m');
  const policy = config.policy ?? '';
  const hub = (id: string) => ({ id, revision: 'main', commit: '0' });
  const fromHub = { id: 'own-huggingfacetb-smollm2-135m-00000001', bytes: 1, hub: hub(model.toLowerCase()), choice };
  const folder = { id: keptModelId('smollm2-135m-instruct', '00000002'), bytes: 1, hub: null, choice };
  const others = [
    { id: keptModelId('smollm2-135m', '00000003'), bytes: 1, hub: null, choice },
    {
      id: keptModelId('smollm2-135m-instruct', '00000004'),
      bytes: 1,
      hub: hub('someone/smollm2-135m-instruct'),
      choice,
    },
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
