import type { Tensor } from 'onnxruntime-web';
import { expect, test } from 'vitest';
import { CpuDevice, type OrtModule } from './cpu.ts';

/** Tensors that only hold their numbers. */
class PlainTensor {
  constructor(
    readonly type: string,
    readonly data: Float32Array,
    readonly dims: readonly number[],
  ) {}

  dispose(): void {}
}

const device = () => {
  const ort = { InferenceSession: { create: () => Promise.reject(new Error('unused')) }, Tensor: PlainTensor };
  return new CpuDevice(ort as unknown as OrtModule, {
    backend: 'node',
    description: '',
    bindsOutputs: true,
    session: {},
  });
};
const memoryOf = ({ data }: Tensor): unknown => data;

test('the memory of a released output serves the next output of that size and type, and no other memory does', () => {
  const cpu = device();
  const first = cpu.allocate({ dtype: 'float32', shape: [2, 3] });
  const given = cpu.upload({ dtype: 'float32', shape: [6], data: new Float32Array(6) });
  cpu.release(given);
  cpu.release(first);
  expect(memoryOf(cpu.allocate({ dtype: 'float32', shape: [5] }))).not.toBe(memoryOf(first));
  expect(memoryOf(cpu.allocate({ dtype: 'float32', shape: [6] }))).toBe(memoryOf(first));
  const next = memoryOf(cpu.allocate({ dtype: 'float32', shape: [6] }));
  expect([memoryOf(first), memoryOf(given)]).not.toContain(next);
});
