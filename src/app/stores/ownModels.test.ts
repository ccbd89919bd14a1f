/** @file The store of models that a visitor brings: which files are read, the base of the settings, refusals. */
import { expect, test, vi } from 'vitest';
import { CheckpointError } from '../../policy/safetensorsHeader.ts';
import { isKeptModel, keptModelId, nameOfKeptModel } from '../../worker/keptModels.ts';
import type { importModel } from '../../worker/modelImport.ts';
import { createOwnModels } from './ownModels.ts';
import type { Session } from './session.ts';

const fileAt = (path: string): File => {
  const file = new File(['{}'], path.split('/').at(-1) ?? '');
  Object.defineProperty(file, 'webkitRelativePath', { value: path });
  return file;
};
const files = ['Tiny/config.json', 'Tiny/model.safetensors', 'Tiny/onnx/config.json'].map(fileAt);

function stores(read: Parameters<typeof createOwnModels>[1]) {
  const choosePolicy = vi.fn<(id: string) => void>();
  return { choosePolicy, models: createOwnModels({ settings: { choosePolicy } } as unknown as Session, read) };
}

test('the files directly in the folder are read, and the kept model becomes the base', async () => {
  const read = vi.fn<typeof importModel>(async (_name, _files, progress) => {
    progress(5, 10);
    return 'own-tiny-00000000';
  });
  const { models, choosePolicy } = stores({ read, list: async () => ['own-tiny-00000000'] });
  const seen: unknown[] = [];
  models.subscribe(({ reading }) => seen.push(reading));
  await models.open(files);
  expect([read.mock.calls[0]?.[0], [...(read.mock.calls[0]?.[1].keys() ?? [])]]).toEqual([
    'Tiny',
    ['config.json', 'model.safetensors'],
  ]);
  expect(choosePolicy).toHaveBeenCalledWith('own-tiny-00000000');
  expect(seen).toContainEqual({ done: 5, all: 10 });
  expect(models.getState()).toEqual({ kept: ['own-tiny-00000000'], reading: null, problem: null });
});

test('a folder that is refused leaves the base and says why', async () => {
  const read = () => Promise.reject(new CheckpointError('Tiny: the folder has no tokenizer.json'));
  const { models, choosePolicy } = stores({ read, list: async () => [] });
  await models.open(files);
  expect(choosePolicy).not.toHaveBeenCalled();
  expect(models.getState()).toMatchObject({ reading: null, problem: expect.stringContaining('no tokenizer.json') });
});

test('the id of a kept model holds its name and the start of its hash, within 40 characters', () => {
  const id = keptModelId('huggingfacetb-smollm2-135m-instruct', 'abcdef0123456789');
  expect(id).toBe('own-huggingfacetb-smollm2-135m-abcdef01');
  expect(id.length).toBeLessThanOrEqual(40);
  expect([isKeptModel(id), isKeptModel('default')]).toEqual([true, false]);
  expect([nameOfKeptModel(id), nameOfKeptModel('default')]).toEqual(['huggingfacetb-smollm2-135m', 'default']);
});
