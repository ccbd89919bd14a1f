import { describe, expect, it } from 'vitest';
import { createRuntime } from './index.ts';

describe('createRuntime', () => {
  it.each(['node', 'wasm'] as const)('makes the %s runtime', async (backend) => {
    const runtime = await createRuntime(backend);
    expect(runtime.backend).toBe(backend);
    await runtime.dispose();
  });

  it("throws 'unavailable' for WebGPU where there is none", async () => {
    await expect(createRuntime('webgpu')).rejects.toMatchObject({ name: 'RuntimeError', code: 'unavailable' });
  });
});
