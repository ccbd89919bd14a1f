import { expect, test } from 'vitest';
import { memoryLimit } from './memoryLimit.ts';

const GIB = 2 ** 30;
const gpu = (limits: object) => ({ requestAdapter: async () => ({ limits }) }) as unknown as GPU;

test('a tab on WASM has 2 GB, or the device’s memory where it has less', async () => {
  expect(await memoryLimit('wasm', {})).toEqual({ bytes: 2e9, tensor: Infinity, of: 'a tab on WASM' });
  expect(await memoryLimit('wasm', { deviceMemory: 8 })).toMatchObject({ bytes: 2e9 });
  expect(await memoryLimit('wasm', { deviceMemory: 1 })).toMatchObject({ bytes: GIB, of: 'this device' });
});

test('on WebGPU memory is the device’s, and tensors are those that the adapter binds', async () => {
  const limits = { maxBufferSize: 4e9, maxStorageBufferBindingSize: 2e9 };
  expect(await memoryLimit('webgpu', { deviceMemory: 4, gpu: gpu(limits) })).toEqual({
    bytes: 4 * GIB,
    tensor: 2e9,
    of: 'this device',
  });
  expect(await memoryLimit('webgpu', { gpu: gpu({ ...limits, maxBufferSize: 1e9 }) })).toMatchObject({
    bytes: Infinity,
    tensor: 1e9,
  });
});
