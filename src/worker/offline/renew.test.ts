import { expect, test } from 'vitest';
import { renewLoaded } from './renew.ts';

const folder = 'https://a.example/sub/';
const script = `${folder}assets/index-AAAAAAAA.js`;
const wasm = `${folder}assets/ort-AAAAAAAA.wasm`;
const policy = `${folder}policies/default.safetensors`;

/**
 * Renews the loaded `urls`, with answers of these types in the browser's cache; returns the addresses requested past
 * it.
 */
async function renewed(urls: readonly string[], kept: Readonly<Record<string, string>>): Promise<string[]> {
  const anew: string[] = [];
  const fetcher: typeof fetch = async (url, init) => {
    if (init?.cache === 'reload') anew.push(String(url));
    const type = kept[String(url)];
    if (type === undefined) throw new TypeError('Failed to fetch');
    return new Response('body', { headers: { 'content-type': type } });
  };
  await renewLoaded(`${folder}index.html?workers=1`, { urls, fetcher });
  return anew;
}

test('renewLoaded reloads, once, files cached as another kind and files without a hash in their names', async () => {
  const kept = { [script]: 'text/javascript', [wasm]: 'text/html', [policy]: 'application/octet-stream' };
  expect(await renewed([script, wasm, policy, wasm], kept)).toEqual([policy, wasm]);
});

test('renewLoaded skips other folders and the page itself, and continues after a failure', async () => {
  expect(
    await renewed(['https://a.example/x.js', folder, `${folder}policies/gone.safetensors`, wasm], {
      [wasm]: 'text/html',
    }),
  ).toEqual([`${folder}policies/gone.safetensors`, wasm]);
});
