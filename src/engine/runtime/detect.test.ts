import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { OverdueError } from '../../lib/within.ts';
import { askForDevice } from './adapter.ts';
import { detectBackend } from './detect.ts';

const info = { vendor: 'nvidia', architecture: 'ada', device: '', description: '', isFallbackAdapter: false };

function browser(gpu: object | undefined, isSecureContext = true): void {
  vi.stubGlobal('navigator', gpu === undefined ? {} : { gpu });
  vi.stubGlobal('isSecureContext', isSecureContext);
}

describe('detectBackend', () => {
  afterEach(() => vi.unstubAllGlobals());

  it('takes WebGPU if there is an adapter, and names it', async () => {
    browser({ requestAdapter: async () => ({ info }) });
    expect(await detectBackend()).toEqual({ backend: 'webgpu', adapter: 'nvidia ada', software: false });
  });

  it.each([
    { isFallbackAdapter: true },
    { vendor: 'google', architecture: 'swiftshader' },
    { description: 'llvmpipe (LLVM 19)' },
  ])('flags an adapter that computes on the CPU: %j', async (traits) => {
    browser({ requestAdapter: async () => ({ info: { ...info, ...traits } }) });
    expect(await detectBackend()).toMatchObject({ backend: 'webgpu', software: true });
  });

  it.each([
    ['this browser has no WebGPU', undefined, true],
    ['WebGPU needs a secure page (https or localhost)', undefined, false],
    ['this browser has WebGPU, but no graphics adapter for it', { requestAdapter: async () => null }, true],
    [
      'asking for a graphics adapter failed: Error: blocked',
      { requestAdapter: () => Promise.reject(new Error('blocked')) },
      true,
    ],
  ])('falls to WASM and says why: %s', async (reason, gpu, secure) => {
    browser(gpu, secure);
    expect(await detectBackend()).toEqual({ backend: 'wasm', reason });
  });
});

describe('a driver that never answers', () => {
  beforeEach(() => void vi.useFakeTimers());
  afterEach(() => {
    vi.useRealTimers();
    vi.unstubAllGlobals();
  });

  it('that gives no adapter: WASM after 10 s, with the reason', async () => {
    browser({ requestAdapter: () => new Promise(() => {}) });
    const detected = detectBackend();
    await vi.advanceTimersByTimeAsync(10_000);
    expect(await detected).toEqual({ backend: 'wasm', reason: 'the browser gave no graphics adapter within 10 s' });
  });

  it('that gives no device: an error after 20 s, and a device that comes later is destroyed', async () => {
    const destroy = vi.fn<() => void>();
    const requestDevice = () => new Promise((resolve) => void setTimeout(() => resolve({ destroy }), 25_000));
    const failed = askForDevice({ requestDevice } as unknown as GPUAdapter, {}).catch((cause: unknown) => cause);
    await vi.advanceTimersByTimeAsync(20_000);
    expect(await failed).toEqual(new OverdueError('the graphics adapter gave no device within 20 s'));
    expect(destroy).not.toHaveBeenCalled();
    await vi.advanceTimersByTimeAsync(5_000);
    expect(destroy).toHaveBeenCalledOnce();
  });
});
