import { afterEach, expect, test, vi } from 'vitest';
import { registerOffline } from './client.ts';

afterEach(() => void vi.unstubAllGlobals());

test('registerOffline resolves to null if the browser has no service workers, refuses access to them, or refuses one', async () => {
  const opaque = {
    get serviceWorker() {
      throw new DOMException('the context is sandboxed', 'SecurityError');
    },
  };
  const refusing = { serviceWorker: { register: () => Promise.reject(new TypeError('failed')) } };
  for (const browser of [{}, opaque, refusing]) {
    vi.stubGlobal('navigator', browser);
    expect(await registerOffline('https://a.example/', () => {})).toBeNull();
  }
});
