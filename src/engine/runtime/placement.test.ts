import { describe, expect, it } from 'vitest';
import { captureLog, parsePlacement, underRelays } from './placement.ts';

const NO_KERNEL = '[I:onnxruntime:, ep.cc:665 GetCapability] webgpu kernel not found in registries for Op type:';

describe('parsePlacement', () => {
  it('names every node without a kernel once, although the log has it twice', () => {
    const lines = [
      `${NO_KERNEL} LogSoftmax node name: logp`,
      `${NO_KERNEL} LogSoftmax node name: logp`,
      `${NO_KERNEL} Round node name: `,
      '[I:onnxruntime:, transformer_memcpy.cc:393 AddCopyNode] Add MemcpyFromHost after l for WebGpuExecutionProvider',
      '[I:onnxruntime:, transformer_memcpy.cc:393 AddCopyNode] Add MemcpyToHost before n for WebGpuExecutionProvider',
    ];
    expect(parsePlacement(lines)).toEqual({ cpuNodes: ['LogSoftmax logp', 'Round'], memcpyNodes: 2 });
  });

  it('returns nothing for the log of a graph that stays on the GPU', () => {
    expect(parsePlacement(['[I:onnxruntime:, session.cc:1 Initialize] Initializing session.'])).toEqual({
      cpuNodes: [],
      memcpyNodes: 0,
    });
  });
});

describe('captureLog', () => {
  it('captures a console method stored during an earlier task, and restores the console', async () => {
    const before = console.error;
    const kept = await underRelays(async () => console.error);
    expect(console.error).toBe(before);
    const { result, lines } = await captureLog(async () => {
      kept('kept', 1);
      console.warn('fresh');
      return 'done';
    });
    expect({ result, lines }).toEqual({ result: 'done', lines: ['kept 1', 'fresh'] });
    expect(console.error).toBe(before);
  });
});
