import { afterEach, describe, expect, it, vi } from 'vitest';
import { detectBackend } from './detect.ts';

const info = { vendor: 'nvidia', architecture: 'ada', device: '', description: '', isFallbackAdapter: false };

function browser(gpu: object | undefined, isSecureContext = true): void {
  vi.stubGlobal('navigator', gpu === undefined ? {} : { gpu });
  vi.stubGlobal('isSecureContext', isSecureContext);
}

describe('detectBackend', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('takes WebGPU where there is an adapter, and names it', async () => {
    browser({ requestAdapter: async () => ({ info }) });
    expect(await detectBackend()).toEqual({ backend: 'webgpu', adapter: 'nvidia ada', software: false });
  });

  it.each([{ isFallbackAdapter: true }, { vendor: 'google', architecture: 'swiftshader' }, { description: 'llvmpipe (LLVM 19)' }])(
    'flags an adapter that computes on the CPU: %j',
    async (traits) => {
      browser({ requestAdapter: async () => ({ info: { ...info, ...traits } }) });
      expect(await detectBackend()).toMatchObject({ backend: 'webgpu', software: true });
    },
  );

  it.each([
    ['this browser has no WebGPU', undefined, true],
    ['WebGPU needs a secure page (https or localhost)', undefined, false],
    ['this browser has WebGPU, but no graphics adapter for it', { requestAdapter: async () => null }, true],
    ['asking for a graphics adapter failed: Error: blocked', { requestAdapter: () => Promise.reject(new Error('blocked')) }, true],
  ])('falls to WASM and says why: %s', async (reason, gpu, secure) => {
    browser(gpu, secure);
    expect(await detectBackend()).toEqual({ backend: 'wasm', reason });
  });
});
