import { describe, expect, it, vi } from 'vitest';
import { itConforms } from '../../../testing/runtime/conformance.ts';
import { createWasmRuntime } from './wasm.ts';

describe('the WASM runtime in Node', () => {
  itConforms(() => createWasmRuntime());

  it('describes itself, and uses several threads only on a cross-origin isolated page', async () => {
    const runtime = await createWasmRuntime();
    expect(runtime.description).toBe('onnxruntime-web, WASM, 1 thread');
    await runtime.dispose();
    await expect(createWasmRuntime({ threads: 2 })).rejects.toMatchObject({ code: 'unavailable' });
    await expect(createWasmRuntime({ threads: 0 })).rejects.toMatchObject({ code: 'unavailable' });
  });

  it('refuses to change the number of threads of a running build', async () => {
    await (await createWasmRuntime()).dispose();
    vi.stubGlobal('crossOriginIsolated', true);
    await expect(createWasmRuntime({ threads: 2 })).rejects.toThrow('was started with 1 thread(s)');
    vi.unstubAllGlobals();
  });
});
